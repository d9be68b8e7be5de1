using System.Buffers;
using Holdfast.Core.Blobs;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;

namespace Holdfast.TestKit.Blobs;

/// <summary>
/// What every <see cref="IBlobStore"/> promises. An implementation inherits it and says how to open a fresh, empty store.
/// </summary>
public abstract class BlobStoreSuite : IAsyncLifetime
{
    protected IBlobStore Store { get; private set; } = null!;

    /// <summary>The length, in bytes, of what the tests call a large blob; less for a store with a limit.</summary>
    protected virtual int LargeBytes => 5_000_003;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Store = await OpenStoreAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseStoreAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract ValueTask<IBlobStore> OpenStoreAsync();

    protected virtual ValueTask CloseStoreAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20_000)]
    [InlineData(65_536)]
    [InlineData(-1)]
    public async Task What_is_written_is_read(int length)
    {
        var content = TestBytes.Of(length < 0 ? LargeBytes : length);

        var info = await PutAsync(content);

        Assert.Equal(Digest.Of(content), info.Digest);
        Assert.Equal(content.Length, info.Size);
        Assert.Equal(info, await Store.FindAsync(info.Location, Ct));
        Assert.Equal(content, await ReadAsync(info, ByteRange.All(info.Size)));
    }

    [Fact]
    public async Task The_digest_and_the_length_may_be_unknown_at_the_start()
    {
        var content = TestBytes.Of(30_000);
        await using var writer = await Store.CreateAsync(default, Ct);
        await writer.WriteAsync(new(content), Ct);

        var info = await writer.CommitAsync(Digest.Of(content), Ct);

        writer.MarkLinked();
        Assert.Equal(content, await ReadAsync(info, ByteRange.All(info.Size)));
    }

    [Fact]
    public async Task A_length_announced_too_large_is_not_stored()
    {
        var content = TestBytes.Of(1000);
        await using var writer = await Store.CreateAsync(new(null, 5000), Ct);
        await writer.WriteAsync(new(content), Ct);

        var info = await writer.CommitAsync(Digest.Of(content), Ct);

        writer.MarkLinked();
        Assert.Equal(1000, info.Size);
        Assert.Equal(1000, (await Store.FindAsync(info.Location, Ct))!.Size);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(0, 100_000)]
    [InlineData(1, 99_998)]
    [InlineData(99_999, 1)]
    [InlineData(100_000, 0)]
    [InlineData(50_000, 0)]
    [InlineData(65_535, 2)]
    public async Task A_range_gives_its_bytes_and_no_others(long offset, long length)
    {
        var content = TestBytes.Of(100_000);
        var info = await PutAsync(content);

        var read = await ReadAsync(info, new ByteRange(offset, length));

        Assert.Equal(content[(int)offset..(int)(offset + length)], read);
    }

    [Fact]
    public async Task A_range_beyond_the_stored_bytes_is_damage_and_no_silent_end()
    {
        var info = await PutAsync(TestBytes.Of(20_000));

        var refusal = await Assert.ThrowsAsync<StoreException>(() => ReadAsync(info, new ByteRange(19_999, 2)));

        Assert.Equal(StoreError.BlobDamaged, refusal.Error);
    }

    [Fact]
    public async Task A_read_gives_fewer_bytes_than_asked_only_at_the_end()
    {
        var content = TestBytes.Of(100_000);
        var info = await PutAsync(content);
        await using var reader = await Store.OpenAsync(info.Location, ByteRange.All(info.Size), Ct);
        var buffer = new byte[70_000];

        Assert.Equal(70_000, await reader!.ReadAsync(buffer, Ct));
        Assert.Equal(30_000, await reader.ReadAsync(buffer, Ct));
        Assert.Equal(0, await reader.ReadAsync(buffer, Ct));
        Assert.Equal(info, reader.Info);
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000.0123456789abcdef")]
    [InlineData("")]
    [InlineData("u/0123456789abcdef")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    public async Task What_is_absent_is_null_or_false(string location)
    {
        var absent = new BlobLocation(location);

        Assert.Null(await Store.FindAsync(absent, Ct));
        Assert.Null(await Store.OpenAsync(absent, new ByteRange(0, 0), Ct));
        Assert.False(await Store.DeleteAsync(absent, Ct));
    }

    [Fact]
    public async Task Delete_tells_whether_it_was_there()
    {
        var info = await PutAsync(TestBytes.Of(20_000));

        Assert.True(await Store.DeleteAsync(info.Location, Ct));
        Assert.False(await Store.DeleteAsync(info.Location, Ct));
        Assert.Null(await Store.FindAsync(info.Location, Ct));
        Assert.Empty(await ListAsync(null));
    }

    [Fact]
    public async Task A_reader_that_is_open_when_the_blob_is_deleted_reads_to_the_end()
    {
        var content = TestBytes.Of(300_000);
        var info = await PutAsync(content);
        await using var reader = await Store.OpenAsync(info.Location, ByteRange.All(info.Size), Ct);
        var read = new byte[content.Length];
        await reader!.ReadAsync(read.AsMemory(0, 1000), Ct);

        await Store.DeleteAsync(info.Location, Ct);

        Assert.Equal(content.Length - 1000, await reader.ReadAsync(read.AsMemory(1000), Ct));
        Assert.Equal(content, read);
    }

    [Fact]
    public async Task A_list_is_in_order_states_digests_and_begins_behind_its_marker()
    {
        var put = new List<BlobInfo>();
        for (var i = 0; i < 20; i++)
            put.Add(await PutAsync(TestBytes.Of(100 + i, seed: i)));
        put.Sort((a, b) => string.CompareOrdinal(a.Location.Value, b.Location.Value));

        Assert.Equal(put, await ListAsync(null));
        for (var i = 0; i < put.Count; i++)
            Assert.Equal(put[(i + 1)..], await ListAsync(put[i].Location.Value));
        Assert.Equal(put, await ListAsync(""));
        Assert.Empty(await ListAsync("~"));
    }

    [Fact]
    public async Task An_aborted_write_leaves_nothing()
    {
        await using (var writer = await Store.CreateAsync(new(null, 50_000), Ct))
            await writer.WriteAsync(new(TestBytes.Of(50_000)), Ct);

        Assert.Empty(await ListAsync(null));
    }

    [Fact]
    public async Task A_commit_can_be_repeated_and_states_the_same()
    {
        var content = TestBytes.Of(20_000);
        await using var writer = await Store.CreateAsync(default, Ct);
        await writer.WriteAsync(new(content), Ct);

        var first = await writer.CommitAsync(Digest.Of(content), Ct);
        var again = await writer.CommitAsync(Digest.Of(content), Ct);

        writer.MarkLinked();
        Assert.Equal(first, again);
        Assert.Single(await ListAsync(null));
    }

    [Fact]
    public async Task After_the_commit_nothing_can_be_written()
    {
        await using var writer = await Store.CreateAsync(default, Ct);
        await writer.CommitAsync(Digest.Empty, Ct);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.WriteAsync(new(new byte[1]), Ct));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.CommitAsync(Digest.Of("x"u8), Ct));
    }

    [Fact]
    public async Task A_committed_blob_stays_without_being_linked_until_something_settles_it()
    {
        var content = TestBytes.Of(20_000);
        BlobInfo info;
        await using (var writer = await Store.CreateAsync(default, Ct))
        {
            await writer.WriteAsync(new(content), Ct);
            info = await writer.CommitAsync(Digest.Of(content), Ct);
        }

        Assert.Equal(content, await ReadAsync(info, ByteRange.All(info.Size)));
    }

    [Fact]
    public async Task A_discarded_blob_is_gone()
    {
        await using var writer = await Store.CreateAsync(default, Ct);
        await writer.WriteAsync(new(TestBytes.Of(20_000)), Ct);
        var info = await writer.CommitAsync(Digest.Of(TestBytes.Of(20_000)), Ct);

        await writer.DiscardAsync();
        await writer.DiscardAsync();

        Assert.Null(await Store.FindAsync(info.Location, Ct));
        Assert.Empty(await ListAsync(null));
    }

    [Fact]
    public async Task A_linked_blob_is_not_discarded_any_more()
    {
        await using var writer = await Store.CreateAsync(default, Ct);
        var info = await writer.CommitAsync(Digest.Empty, Ct);
        writer.MarkLinked();

        await writer.DiscardAsync();

        Assert.NotNull(await Store.FindAsync(info.Location, Ct));
    }

    [Fact]
    public async Task Discarding_before_the_commit_does_nothing_and_linking_is_a_mistake()
    {
        await using var writer = await Store.CreateAsync(default, Ct);

        await writer.DiscardAsync();

        Assert.Throws<InvalidOperationException>(writer.MarkLinked);
    }

    [Fact]
    public async Task Writers_of_the_same_bytes_get_locations_of_their_own()
    {
        var content = TestBytes.Of(40_000);

        var all = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => PutAsync(content)));

        Assert.Equal(16, all.Select(i => i.Location).Distinct().Count());
        Assert.True(await Store.DeleteAsync(all[0].Location, Ct));
        foreach (var info in all[1..])
            Assert.Equal(content, await ReadAsync(info, ByteRange.All(info.Size)));
    }

    [Fact]
    public async Task A_location_is_short_printable_ascii_and_never_used_again()
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            var info = await PutAsync(TestBytes.Of(10));
            Assert.True(seen.Add(info.Location.Value));
            Assert.InRange(info.Location.Value.Length, 1, BlobLocation.MaxBytes);
            Assert.All(info.Location.Value, c => Assert.InRange(c, '!', '~'));
            await Store.DeleteAsync(info.Location, Ct);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(4096)]
    public async Task A_sequence_of_many_segments_is_written_whole(int segmentLength)
    {
        var content = TestBytes.Of(segmentLength * 3000);
        if (content.Length > LargeBytes)
            content = content[..LargeBytes];
        await using var writer = await Store.CreateAsync(default, Ct);

        await writer.WriteAsync(TestBytes.InSegments(content, segmentLength), Ct);
        await writer.WriteAsync(ReadOnlySequence<byte>.Empty, Ct);
        await writer.WriteAsync(TestBytes.InSegments(content.AsMemory(0, 100), 0, 7), Ct);
        byte[] expected = [.. content, .. content[..100]];
        var info = await writer.CommitAsync(Digest.Of(expected), Ct);

        writer.MarkLinked();
        Assert.Equal(expected, await ReadAsync(info, ByteRange.All(info.Size)));
    }

    [Fact]
    public async Task Bytes_may_be_reused_as_soon_as_a_write_returns()
    {
        var buffer = new byte[200_000];
        await using var writer = await Store.CreateAsync(default, Ct);
        using var expected = new MemoryStream();
        for (var i = 0; i < 2; i++)
        {
            TestBytes.Of(buffer.Length, seed: i).CopyTo(buffer, 0);
            expected.Write(buffer);
            await writer.WriteAsync(new(buffer), Ct);
            Array.Clear(buffer);
        }

        var info = await writer.CommitAsync(Digest.Of(expected.ToArray()), Ct);

        writer.MarkLinked();
        Assert.Equal(expected.ToArray(), await ReadAsync(info, ByteRange.All(info.Size)));
    }

    [Fact]
    public async Task A_cancelled_caller_gets_no_further()
    {
        var info = await PutAsync(TestBytes.Of(1000));
        await using var writer = await Store.CreateAsync(default, Ct);
        await using var reader = await Store.OpenAsync(info.Location, ByteRange.All(info.Size), Ct);
        var gone = new CancellationToken(canceled: true);

        await Cancelled(async () => await Store.FindAsync(info.Location, gone));
        await Cancelled(async () => await Store.OpenAsync(info.Location, default, gone));
        await Cancelled(async () => await Store.CreateAsync(default, gone));
        await Cancelled(async () => await Store.DeleteAsync(info.Location, gone));
        await Cancelled(async () => await writer.WriteAsync(new(new byte[1]), gone));
        await Cancelled(async () => await writer.CommitAsync(Digest.Empty, gone));
        await Cancelled(async () => await reader!.ReadAsync(new byte[1], gone));
        await Cancelled(async () => await Store.ListAsync(null, gone).GetAsyncEnumerator(gone).MoveNextAsync());
        Assert.Equal([info], await ListAsync(null));
    }

    protected async Task<BlobInfo> PutAsync(byte[] content)
    {
        await using var writer = await Store.CreateAsync(new(Digest.Of(content), content.Length), Ct);
        await writer.WriteAsync(new(content), Ct);
        var info = await writer.CommitAsync(Digest.Of(content), Ct);
        writer.MarkLinked();
        return info;
    }

    protected async Task<byte[]> ReadAsync(BlobInfo info, ByteRange range)
    {
        await using var reader = await Store.OpenAsync(info.Location, range, Ct);
        var read = new byte[range.Length + 1];
        var count = await reader!.ReadAsync(read, Ct);
        return read[..count];
    }

    protected async Task<List<BlobInfo>> ListAsync(string? after)
    {
        var blobs = new List<BlobInfo>();
        await foreach (var blob in Store.ListAsync(after, Ct))
            blobs.Add(blob);
        return blobs;
    }

    static Task<OperationCanceledException> Cancelled(Func<Task> call) => Assert.ThrowsAnyAsync<OperationCanceledException>(call);
}
