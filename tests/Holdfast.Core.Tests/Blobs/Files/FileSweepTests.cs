using Holdfast.Core.Blobs;
using Holdfast.Core.Blobs.Files;
using Holdfast.Protocol;
using Holdfast.TestKit.Server;

namespace Holdfast.Core.Tests.Blobs.Files;

public sealed class FileSweepTests : IDisposable
{
    static readonly TimeSpan MinAge = TimeSpan.FromMinutes(10);

    readonly TestDirectory _directory = new();
    readonly FileBlobStore _dead;
    readonly FileBlobStore _store;
    readonly HashSet<BlobLocation> _known = [];
    readonly List<BlobLocation> _asked = [];

    public FileSweepTests()
    {
        // A killed process is one whose writers are never disposed; its successor has the same node id.
        _dead = new FileBlobStore(new() { Root = _directory.Path, NodeId = "n1" }, TimeProvider.System);
        _store = new FileBlobStore(new() { Root = _directory.Path, NodeId = "n1" }, TimeProvider.System);
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _dead.Dispose();
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Parts_of_a_dead_process_go_and_those_of_live_writers_stay()
    {
        await BeginAsync(_dead);
        var live = await BeginAsync(_store);
        var both = _directory.Files();

        var report = await SweepAsync(_store);

        Assert.Equal(new SweepReport(1, 0, 0), report);
        Assert.Equal(2, both.Count);
        Assert.Single(_directory.Files());
        var info = await live.CommitAsync(Digest.Of(new byte[100]), Ct);
        live.MarkLinked();
        await live.DisposeAsync();
        Assert.NotNull(await _store.FindAsync(info.Location, Ct));
    }

    [Fact]
    public async Task A_blob_that_the_catalog_knows_stays_and_one_it_does_not_know_goes()
    {
        var known = await CommitAsync(_dead);
        var unknown = await CommitAsync(_dead);
        _known.Add(known.Location);
        Age(MinAge);

        var report = await SweepAsync(_store);

        Assert.Equal(new SweepReport(0, 1, 1), report);
        Assert.NotNull(await _store.FindAsync(known.Location, Ct));
        Assert.Null(await _store.FindAsync(unknown.Location, Ct));
        Assert.Single(_directory.Files());
        Assert.Equal(default, await SweepAsync(_store));
    }

    [Fact]
    public async Task A_young_intent_is_not_judged()
    {
        var info = await CommitAsync(_dead);
        Age(MinAge - TimeSpan.FromMinutes(1));

        var report = await SweepAsync(_store);

        Assert.Equal(default, report);
        Assert.Empty(_asked);
        Assert.NotNull(await _store.FindAsync(info.Location, Ct));
    }

    [Fact]
    public async Task The_intent_of_a_live_writer_is_not_judged_until_it_is_disposed()
    {
        var live = await BeginAsync(_store);
        var info = await live.CommitAsync(Digest.Of(new byte[100]), Ct);
        Age(MinAge);

        Assert.Equal(default, await SweepAsync(_store));
        await live.DisposeAsync();
        Assert.Equal(new SweepReport(0, 0, 1), await SweepAsync(_store));
        Assert.Null(await _store.FindAsync(info.Location, Ct));
    }

    [Fact]
    public async Task An_intent_whose_blob_never_came_to_its_place_goes()
    {
        var name = BlobFileName.Of(Digest.Of("x"u8), BlobFileName.NewNonce());
        Directory.CreateDirectory(_directory.Path + "/tmp/n1");
        await File.WriteAllBytesAsync($"{_directory.Path}/tmp/n1/{name.Value}.placed", [], Ct);
        Age(MinAge);

        Assert.Equal(default, await SweepAsync(_store));
        Assert.Empty(_directory.Files());
    }

    [Fact]
    public async Task A_catalog_that_does_not_answer_leaves_the_intent_for_the_next_sweep()
    {
        var info = await CommitAsync(_dead);
        Age(MinAge);

        await Assert.ThrowsAsync<TimeoutException>(async () => await _store.SweepAsync((_, _) => throw new TimeoutException(), MinAge, Ct));

        Assert.Equal(2, _directory.Files().Count);
        Assert.Equal(new SweepReport(0, 0, 1), await SweepAsync(_store));
        Assert.Equal([info.Location], _asked);
    }

    [Fact]
    public async Task Another_nodes_leftovers_are_touched_only_on_demand()
    {
        using var other = new FileBlobStore(new() { Root = _directory.Path, NodeId = "n2" }, TimeProvider.System);
        await BeginAsync(other);
        await CommitAsync(other);
        Age(MinAge);

        Assert.Equal(default, await SweepAsync(_store));
        Assert.Equal(["n2"], await _store.ListNodesAsync(Ct));
        Assert.Equal(new SweepReport(1, 0, 1), await _store.SweepNodeAsync("n2", IsKnownAsync, MinAge, Ct));
        Assert.Empty(_directory.Files());
    }

    [Fact]
    public async Task Sweeping_oneself_as_another_spares_live_writers()
    {
        await BeginAsync(_store);

        Assert.Equal(default, await _store.SweepNodeAsync("n1", IsKnownAsync, MinAge, Ct));
        Assert.Single(_directory.Files());
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    public async Task A_node_id_that_is_none_is_refused(string node) =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await _store.SweepNodeAsync(node, IsKnownAsync, MinAge, Ct));

    [Fact]
    public async Task Foreign_files_stay_and_an_empty_directory_is_nothing_to_sweep()
    {
        Assert.Empty(await _store.ListNodesAsync(Ct));
        Assert.Equal(default, await SweepAsync(_store));
        Directory.CreateDirectory(_directory.Path + "/tmp/n1");
        Directory.CreateDirectory(_directory.Path + "/tmp/.hidden");
        string[] foreign = ["readme", "x.part", "ABCDEF0123456789AB.part", "x.placed", "0123456789abcdef.placed"];
        foreach (var name in foreign)
            await File.WriteAllTextAsync($"{_directory.Path}/tmp/n1/{name}", "", Ct);
        Age(MinAge);

        Assert.Equal(default, await SweepAsync(_store));
        Assert.Equal(foreign.Length, _directory.Files().Count);
        Assert.Equal(["n1"], await _store.ListNodesAsync(Ct));
    }

    ValueTask<SweepReport> SweepAsync(FileBlobStore store) => store.SweepAsync(IsKnownAsync, MinAge, Ct);

    ValueTask<bool> IsKnownAsync(BlobLocation at, CancellationToken ct)
    {
        _asked.Add(at);
        return ValueTask.FromResult(_known.Contains(at));
    }

    static async Task<BlobWriter> BeginAsync(FileBlobStore store)
    {
        var writer = await store.CreateAsync(new(null, 100), Ct);
        await writer.WriteAsync(new(new byte[100]), Ct);
        return writer;
    }

    static async Task<BlobInfo> CommitAsync(FileBlobStore store)
    {
        var writer = await BeginAsync(store);
        return await writer.CommitAsync(Digest.Of(new byte[100]), Ct);
    }

    void Age(TimeSpan age)
    {
        foreach (var file in Directory.EnumerateFiles(_directory.Path + "/tmp", "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow - age - TimeSpan.FromSeconds(1));
    }
}
