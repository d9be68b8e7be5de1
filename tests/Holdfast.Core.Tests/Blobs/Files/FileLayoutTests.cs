using Holdfast.Core.Blobs;
using Holdfast.Core.Blobs.Files;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.TestKit.Blobs;
using Holdfast.TestKit.Server;

namespace Holdfast.Core.Tests.Blobs.Files;

/// <summary>What docs/formats/blob-layout.md says of the tree.</summary>
public sealed class FileLayoutTests : IDisposable
{
    readonly TestDirectory _directory = new();
    readonly FileBlobStore _store;

    public FileLayoutTests() => _store = new FileBlobStore(new() { Root = _directory.Path, NodeId = "n1" }, TimeProvider.System);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_write_passes_through_a_part_and_an_intent_to_a_file_that_is_the_content()
    {
        var content = TestBytes.Of(50_000);
        var hex = Digest.Of(content).Hex;
        await using var writer = await _store.CreateAsync(new(null, content.Length), Ct);
        await writer.WriteAsync(new(content), Ct);
        var part = Assert.Single(_directory.Files());
        Assert.Matches("^tmp/n1/[0-9a-f]{24}\\.part$", part);

        var info = await writer.CommitAsync(Digest.Of(content), Ct);
        var path = $"blobs/{hex[..2]}/{hex[2..4]}/{info.Location}";
        Assert.Equal([path, $"tmp/n1/{info.Location}.placed"], _directory.Files());
        Assert.Equal($"{hex}.{Path.GetFileNameWithoutExtension(part)}", info.Location.Value);
        Assert.Equal(content, await File.ReadAllBytesAsync($"{_directory.Path}/{path}", Ct));
        Assert.Empty(await File.ReadAllBytesAsync($"{_directory.Path}/tmp/n1/{info.Location}.placed", Ct));

        writer.MarkLinked();
        Assert.Equal([path], _directory.Files());
    }

    [Fact]
    public async Task An_aborted_write_leaves_no_file_and_a_discarded_one_neither()
    {
        await using (var aborted = await _store.CreateAsync(new(null, 500_000), Ct))
            await aborted.WriteAsync(new(TestBytes.Of(500_000)), Ct);
        await using (var discarded = await _store.CreateAsync(default, Ct))
        {
            await discarded.CommitAsync(Digest.Empty, Ct);
            await discarded.DiscardAsync();
        }

        Assert.Empty(_directory.Files());
    }

    [Fact]
    public async Task Files_are_not_for_everyone()
    {
        var info = await PutAsync(TestBytes.Of(10));

        var file = new FileInfo(PathOf(info));
        Assert.Equal(UnixFileMode.None, file.UnixFileMode & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite));
        Assert.Equal(UnixFileMode.None, file.Directory!.UnixFileMode & (UnixFileMode.OtherRead | UnixFileMode.OtherExecute));
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("{0}")]
    [InlineData("{0}.")]
    [InlineData("{0}.short")]
    [InlineData("{0}.0123456789ABCDEF")]
    [InlineData("{0}.0123456789abcde/")]
    [InlineData("{0}.../../../etc/passwd")]
    [InlineData("{0}/0123456789abcdef")]
    [InlineData("{0}.0123456789abcdef\0")]
    [InlineData("{0}.0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0")]
    [InlineData("{1}.0123456789abcdef")]
    public async Task A_location_that_is_no_blob_name_names_nothing(string pattern)
    {
        var hex = Digest.Of("x"u8).Hex;
        var location = new BlobLocation(pattern.Replace("{0}", hex, StringComparison.Ordinal)
            .Replace("{1}", hex.ToUpperInvariant(), StringComparison.Ordinal));

        Assert.False(BlobFileName.TryParse(location.Value, out _));
        Assert.Null(await _store.FindAsync(location, Ct));
        Assert.Null(await _store.OpenAsync(location, default, Ct));
        Assert.False(await _store.DeleteAsync(location, Ct));
        Assert.False(BlobFileName.TryParse(null, out _));
    }

    [Fact]
    public async Task Foreign_files_are_not_listed_and_stay()
    {
        var info = await PutAsync(TestBytes.Of(10));
        var hex = info.Digest.Hex;
        var own = $"blobs/{hex[..2]}/{hex[2..4]}";
        var elsewhere = hex[0] == '0' ? "blobs/ff/ff" : "blobs/00/00";
        Write("blobs/readme");
        Write("blobs/zz/00/x");
        Write("blobs/0/00/x");
        Write($"blobs/{hex[..2]}/readme");
        Write($"{own}/readme");
        Write($"{own}/{hex}.UPPERCASE0123456789");
        Write($"{own}/.{info.Location}");
        Write($"{elsewhere}/{info.Location}");
        Directory.CreateDirectory($"{_directory.Path}/{own}/{hex}.aaaaaaaaaaaaaaaa");
        File.CreateSymbolicLink($"{_directory.Path}/{own}/{hex}.bbbbbbbbbbbbbbbb", PathOf(info));
        Directory.CreateSymbolicLink($"{_directory.Path}/blobs/11", $"{_directory.Path}/blobs/{hex[..2]}");
        var before = _directory.Files();

        var listed = new List<BlobInfo>();
        await foreach (var blob in _store.ListAsync(null, Ct))
            listed.Add(blob);

        Assert.Equal([info], listed);
        Assert.Equal(before, _directory.Files());
    }

    [Fact]
    public async Task A_symbolic_link_is_not_followed()
    {
        var info = await PutAsync(TestBytes.Of(10));
        var moved = _directory.Path + "/moved";
        File.Move(PathOf(info), moved);
        File.CreateSymbolicLink(PathOf(info), moved);

        var refusal = await Assert.ThrowsAsync<StoreException>(async () => await _store.OpenAsync(info.Location, ByteRange.All(10), Ct));

        Assert.Equal(StoreError.StorageUnavailable, refusal.Error);
        Assert.DoesNotContain(_directory.Path, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_cut_is_damaged_when_opened_and_when_cut_later()
    {
        var info = await PutAsync(TestBytes.Of(200_000));
        await using var open = await _store.OpenAsync(info.Location, ByteRange.All(info.Size), Ct);
        using (var file = File.OpenHandle(PathOf(info), FileMode.Open, FileAccess.Write))
            RandomAccess.SetLength(file, 100_000);

        var late = await Assert.ThrowsAsync<StoreException>(async () => await open!.ReadAsync(new byte[200_000], Ct));
        var early = await Assert.ThrowsAsync<StoreException>(
            async () => await _store.OpenAsync(info.Location, ByteRange.All(info.Size), Ct));

        Assert.Equal((StoreError.BlobDamaged, StoreError.BlobDamaged), (late.Error, early.Error));
        Assert.Contains("100000", early.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Directories_that_someone_removed_are_made_again()
    {
        var content = TestBytes.Of(10);
        var info = await PutAsync(content);
        await _store.DeleteAsync(info.Location, Ct);
        Directory.Delete(_directory.Path + "/blobs", recursive: true);
        Directory.Delete(_directory.Path + "/tmp", recursive: true);

        var again = await PutAsync(content);

        Assert.Equal(10, (await _store.FindAsync(again.Location, Ct))!.Size);
    }

    [Fact]
    public async Task Room_reserved_beyond_the_content_is_given_back()
    {
        await using var writer = await _store.CreateAsync(new(null, 10 << 20), Ct);
        await writer.WriteAsync(new(new byte[1000]), Ct);

        var info = await writer.CommitAsync(Digest.Of(new byte[1000]), Ct);

        writer.MarkLinked();
        using var statfs = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%b %B", PathOf(info)])
        {
            RedirectStandardOutput = true,
        })!;
        var numbers = (await statfs.StandardOutput.ReadToEndAsync(Ct)).Split(' ').Select(long.Parse).ToArray();
        Assert.InRange(numbers[0] * numbers[1], 0, 64 * 1024);
    }

    [Fact]
    public async Task What_would_use_up_the_reserve_is_refused_before_its_first_byte_and_reads_go_on()
    {
        var info = await PutAsync(TestBytes.Of(1000));
        var options = new FileBlobOptions { Root = _directory.Path, NodeId = "n2", MinFreeBytes = 1L << 60 };
        using var full = new FileBlobStore(options, TimeProvider.System);

        var refusal = await Assert.ThrowsAsync<StoreException>(async () => await full.CreateAsync(new(null, 5), Ct));

        Assert.Equal(StoreError.StorageFull, refusal.Error);
        Assert.Contains($"{1L << 60}", refusal.Message, StringComparison.Ordinal);
        await using var reader = await full.OpenAsync(info.Location, ByteRange.All(1000), Ct);
        Assert.Equal(1000, await reader!.ReadAsync(new byte[1000], Ct));
    }

    [Fact]
    public async Task A_directory_that_is_not_there_yet_does_not_count_as_full()
    {
        using var store = new FileBlobStore(new() { Root = _directory.Path + "/new/deep", NodeId = "n1" }, TimeProvider.System);

        await using var writer = await store.CreateAsync(new(null, 10), Ct);

        Assert.True(Directory.Exists(_directory.Path + "/new/deep/tmp/n1"));
    }

    [Theory]
    [InlineData("", "n1", 0L, 1)]
    [InlineData("/x", "", 0L, 1)]
    [InlineData("/x", "../n1", 0L, 1)]
    [InlineData("/x", ".n1", 0L, 1)]
    [InlineData("/x", "a/b", 0L, 1)]
    [InlineData("/x", "n1", -1L, 1)]
    [InlineData("/x", "n1", 0L, 0)]
    [InlineData("/x", "n1", 0L, 257)]
    public void A_wrong_setting_is_refused(string root, string node, long minFree, int threads) =>
        Assert.Throws<ArgumentException>(() => new FileBlobStore(
            new() { Root = root, NodeId = node, MinFreeBytes = minFree, MaxDiskThreads = threads }, TimeProvider.System));

    async Task<BlobInfo> PutAsync(byte[] content)
    {
        await using var writer = await _store.CreateAsync(new(null, content.Length), Ct);
        await writer.WriteAsync(new(content), Ct);
        var info = await writer.CommitAsync(Digest.Of(content), Ct);
        writer.MarkLinked();
        return info;
    }

    string PathOf(BlobInfo info) => $"{_directory.Path}/blobs/{info.Digest.Hex[..2]}/{info.Digest.Hex[2..4]}/{info.Location}";

    void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName($"{_directory.Path}/{path}")!);
        File.WriteAllText($"{_directory.Path}/{path}", "foreign");
    }
}
