using Holdfast.Core.Blobs;
using Holdfast.Core.Blobs.Files;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.TestKit.Blobs;
using Holdfast.TestKit.Durability;

namespace Holdfast.Core.Tests.Blobs.Files;

/// <summary>
/// A disk that is really full and one that is really read-only: writes are refused, reads go on, and service resumes by itself.
/// </summary>
public sealed class FullDiskTests
{
    const int Megabyte = 1 << 20;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_full_disk_refuses_writes_keeps_what_it_has_and_takes_more_when_there_is_room(bool lengthDeclared)
    {
        using var disk = SmallDisk.MountOrSkip(8);
        using var store = new FileBlobStore(new() { Root = disk.Path, NodeId = "n1", MinFreeBytes = 0 }, TimeProvider.System);
        var first = await PutAsync(store, TestBytes.Of(5 * Megabyte), lengthDeclared);

        for (var i = 0; i < 3; i++)
        {
            var refusal = await Assert.ThrowsAsync<StoreException>(() => PutAsync(store, TestBytes.Of(6 * Megabyte), lengthDeclared));
            Assert.Equal(StoreError.StorageFull, refusal.Error);
            Assert.DoesNotContain(disk.Path, refusal.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFiles(disk.Path + "/tmp", "*", SearchOption.AllDirectories));
        Assert.Equal(TestBytes.Of(5 * Megabyte), await ReadAsync(store, first));
        var small = await PutAsync(store, TestBytes.Of(Megabyte), lengthDeclared);
        Assert.True(await store.DeleteAsync(first.Location, Ct));
        var large = await PutAsync(store, TestBytes.Of(6 * Megabyte), lengthDeclared);
        Assert.Equal(TestBytes.Of(Megabyte), await ReadAsync(store, small));
        Assert.Equal(TestBytes.Of(6 * Megabyte), await ReadAsync(store, large));
    }

    [Fact]
    public async Task A_reserve_is_kept_free()
    {
        using var disk = SmallDisk.MountOrSkip(8);
        var options = new FileBlobOptions { Root = disk.Path, NodeId = "n1", MinFreeBytes = 4 * Megabyte };
        using var store = new FileBlobStore(options, TimeProvider.System);

        await PutAsync(store, TestBytes.Of(2 * Megabyte), lengthDeclared: true);
        var refusal = await Assert.ThrowsAsync<StoreException>(() => PutAsync(store, TestBytes.Of(3 * Megabyte), lengthDeclared: true));

        Assert.Equal(StoreError.StorageFull, refusal.Error);
        Assert.Contains($"needs {3 * Megabyte}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_writer_that_failed_is_given_up()
    {
        using var disk = SmallDisk.MountOrSkip(1);
        using var store = new FileBlobStore(new() { Root = disk.Path, NodeId = "n1", MinFreeBytes = 0 }, TimeProvider.System);
        await using var writer = await store.CreateAsync(default, Ct);
        await Assert.ThrowsAsync<StoreException>(async () => await writer.WriteAsync(new(new byte[2 * Megabyte]), Ct));

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.WriteAsync(new(new byte[1]), Ct));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.CommitAsync(Digest.Of(new byte[1]), Ct));
    }

    [Fact]
    public async Task A_read_only_disk_refuses_writes_and_deletes_serves_reads_and_recovers()
    {
        using var disk = SmallDisk.MountOrSkip(8);
        using var store = new FileBlobStore(new() { Root = disk.Path, NodeId = "n1", MinFreeBytes = 0 }, TimeProvider.System);
        var content = TestBytes.Of(Megabyte);
        var info = await PutAsync(store, content, lengthDeclared: true);
        disk.MakeReadOnly();

        var write = await Assert.ThrowsAsync<StoreException>(() => PutAsync(store, content, lengthDeclared: true));
        var delete = await Assert.ThrowsAsync<StoreException>(async () => await store.DeleteAsync(info.Location, Ct));

        Assert.Equal((StoreError.StorageUnavailable, StoreError.StorageUnavailable), (write.Error, delete.Error));
        Assert.Contains("Read-only", write.Message, StringComparison.Ordinal);
        Assert.Equal(content, await ReadAsync(store, info));
        disk.MakeWritable();
        await PutAsync(store, content, lengthDeclared: true);
        Assert.True(await store.DeleteAsync(info.Location, Ct));
    }

    static async Task<BlobInfo> PutAsync(FileBlobStore store, byte[] content, bool lengthDeclared)
    {
        await using var writer = await store.CreateAsync(new(null, lengthDeclared ? content.Length : null), Ct);
        await writer.WriteAsync(TestBytes.InSegments(content, 100_000), Ct);
        var info = await writer.CommitAsync(Digest.Of(content), Ct);
        writer.MarkLinked();
        return info;
    }

    static async Task<byte[]> ReadAsync(FileBlobStore store, BlobInfo info)
    {
        await using var reader = await store.OpenAsync(info.Location, ByteRange.All(info.Size), Ct);
        var content = new byte[info.Size];
        Assert.Equal(content.Length, await reader!.ReadAsync(content, Ct));
        return content;
    }
}
