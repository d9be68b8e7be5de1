using Holdfast.Core.Blobs;
using Holdfast.Core.Content;
using Holdfast.Core.Content.Upkeep;
using Holdfast.Protocol.Errors;
using Holdfast.TestKit.Blobs;
using Holdfast.TestKit.Catalog;

namespace Holdfast.Core.Tests.Content;

public sealed class CompositeReadTests : IAsyncLifetime
{
    const int StretchBytes = 20_000;

    // More than one page of rows, so that a reader goes back to the catalog on its way.
    const int Stretches = 100;

    readonly MemoryBlobStore _blobs = new();
    readonly byte[] _bytes = TestBytes.Of(StretchBytes * Stretches);
    TestCatalog _test = null!;
    ContentReads _reads = null!;
    long _composite;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    ContentRef Content => new(_bytes.Length, null, _composite, null, null, false, null, 0);

    public async ValueTask InitializeAsync()
    {
        _test = await TestCatalog.OpenSqliteAsync(null, Ct);
        _reads = new ContentReads(_test.Catalog, _blobs, new DamageReports(_test.Catalog));
        _composite = await StoredComposite.AddAsync(_test.Catalog, _blobs, 1, _bytes, StretchBytes, Ct);
    }

    [Fact]
    public async Task Who_began_to_read_before_the_last_link_ended_reads_to_the_end()
    {
        await using var reader = await _reads.OpenAsync(Content, ByteRange.All(_bytes.Length), Ct);
        var read = new List<byte>(await SomeAsync(reader));

        await ReleaseAsync();
        await CollectAsync(TimeSpan.FromHours(1));
        while (await SomeAsync(reader) is { Length: > 0 } some)
            read.AddRange(some);

        Assert.Equal(_bytes, read);
    }

    [Fact]
    public async Task What_was_collected_before_the_reading_began_is_not_found()
    {
        await ReleaseAsync();
        await CollectAsync(TimeSpan.Zero);

        Assert.Null(await _reads.FindAsync(Content, ByteRange.All(_bytes.Length), Ct));
        Assert.Null(await _reads.FindAsync(Content, new ByteRange(StretchBytes * 3L, 1), Ct));
    }

    [Fact]
    public async Task What_is_collected_under_a_reader_ends_its_reading_with_an_error()
    {
        await using var reader = await _reads.OpenAsync(Content, ByteRange.All(_bytes.Length), Ct);

        await ReleaseAsync();
        await CollectAsync(TimeSpan.Zero);

        var fault = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            while (await SomeAsync(reader) is { Length: > 0 })
            {
            }
        });
        Assert.Equal(StoreError.BlobDamaged, fault.Error);
    }

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    async Task ReleaseAsync() => await _test.Catalog.WriteAsync(
        async tx =>
        {
            await CompositeTable.ReleaseAsync(tx, _composite);
            return 0;
        },
        Ct);

    async Task CollectAsync(TimeSpan grace)
    {
        var (composites, blobs) = (new CompositeCollection(_test.Catalog, grace), new BlobCollection(_test.Catalog, _blobs, grace, 50));
        while (await composites.RunOnceAsync(Ct))
        {
        }
        while (await blobs.RunOnceAsync(Ct) > 0)
        {
        }
    }

    static async Task<byte[]> SomeAsync(ContentReader reader)
    {
        var buffer = new byte[StretchBytes / 2];
        return buffer[..await reader.ReadAsync(buffer, Ct)];
    }
}
