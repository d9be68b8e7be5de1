using Holdfast.Core.Blobs;
using Holdfast.Core.Content;
using Holdfast.Core.Content.Upkeep;
using Holdfast.Protocol;
using Holdfast.TestKit.Blobs;
using Holdfast.TestKit.Catalog;

namespace Holdfast.Core.Tests.Content;

public sealed class CompositeHashingTests : IAsyncLifetime
{
    const int Size = 100_000;

    readonly MemoryBlobStore _blobs = new();
    readonly byte[] _bytes = TestBytes.Of(Size);
    TestCatalog _test = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _test = await TestCatalog.OpenSqliteAsync(null, Ct);

    [Fact]
    public async Task Organizations_take_turns()
    {
        var hashing = Hashing(long.MaxValue);
        var busy = new List<long> { await AddAsync(1), await AddAsync(1), await AddAsync(1) };
        var other = await AddAsync(2);

        Assert.True(await hashing.RunOnceAsync(Ct));
        Assert.True(await hashing.RunOnceAsync(Ct));

        Assert.Equal(Digest.Of(_bytes), await DigestAsync(other));
        Assert.Single(await Task.WhenAll(busy.Select(DigestAsync)), digest => digest is not null);
        Assert.True(await hashing.RunOnceAsync(Ct));
        Assert.True(await hashing.RunOnceAsync(Ct));
        Assert.False(await hashing.RunOnceAsync(Ct));
        Assert.All(await Task.WhenAll(busy.Select(DigestAsync)), digest => Assert.Equal(Digest.Of(_bytes), digest));
    }

    [Fact]
    public async Task A_long_composite_gives_way_to_a_later_one_and_goes_on_where_it_stopped()
    {
        var hashing = Hashing(Size / 4);
        var first = await AddAsync(1);
        Assert.True(await hashing.RunOnceAsync(Ct));
        var later = await AddAsync(1, Size / 5);

        Assert.True(await hashing.RunOnceAsync(Ct));

        Assert.NotNull(await DigestAsync(later));
        var turns = 2;
        while (await hashing.RunOnceAsync(Ct))
            turns++;
        Assert.Equal(Digest.Of(_bytes), await DigestAsync(first));
        // Four turns for the first, at most: hashed once over, not again from its start in each.
        Assert.InRange(turns, 3, 5);
    }

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    CompositeHashing Hashing(long turnBytes) =>
        new(_test.Catalog, new ContentReads(_test.Catalog, _blobs, new DamageReports(_test.Catalog)), turnBytes);

    Task<long> AddAsync(long organization, int size = Size) =>
        StoredComposite.AddAsync(_test.Catalog, _blobs, organization, _bytes[..size], 10_000, Ct);

    async Task<Digest?> DigestAsync(long composite) =>
        await _test.Catalog.ReadAsync(tx => CompositeTable.FindDigestAsync(tx, composite), Ct);
}
