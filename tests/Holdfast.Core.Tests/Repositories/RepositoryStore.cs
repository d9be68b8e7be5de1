using System.IO.Pipelines;
using Holdfast.Core.Blobs;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Core.Content.Upkeep;
using Holdfast.Core.Repositories;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Store = Holdfast.Core.Catalog.Catalog;

namespace Holdfast.Core.Tests.Repositories;

/// <summary>What a history needs of the store besides the operations that it is about.</summary>
sealed class RepositoryStore(Store catalog)
{
    readonly MemoryBlobStore _blobs = new();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The digests that a table has of a repository, in order.</summary>
    public ValueTask<List<Digest>> ListAsync(Repository repository, string table) => catalog.ReadAsync(
        tx => tx.ListAsync(
            $"SELECT digest FROM {table} WHERE repository_id = $1 ORDER BY digest", row => new Digest(row.GetSpan(0)), repository.Id),
        Ct);

    public ValueTask<Received> ReceiveAsync(byte[] bytes, ResumableSha256? running) => new Ingest(_blobs).ReceiveAsync(
        PipeReader.Create(new MemoryStream(bytes)), new IngestRequest { MaxBytes = 1 << 20, Running = running }, Ct);

    public async Task<byte[]> ReadAsync(ContentRef content)
    {
        await using var reader = await new ContentReads(catalog, _blobs, new DamageReports(catalog)).OpenAsync(
            content, ByteRange.All(content.Size), Ct);
        var bytes = new byte[content.Size];
        for (var at = 0; at < bytes.Length;)
        {
            var count = await reader.ReadAsync(bytes.AsMemory(at), Ct);
            Assert.NotEqual(0, count);
            at += count;
        }
        return bytes;
    }

    /// <summary>A round of everything that a node does.</summary>
    public async Task CollectAsync(TimeSpan uploadExpiry, TimeSpan unusedAge)
    {
        await new UntaggedCollection(catalog).RunAsync(Ct);
        var unreached = new RepositoryCollection(catalog, uploadExpiry, unusedAge);
        while (await unreached.RunOnceAsync(Ct))
        {
        }
        var composites = new CompositeCollection(catalog, TimeSpan.Zero);
        while (await composites.RunOnceAsync(Ct))
        {
        }
        var blobs = new BlobCollection(catalog, _blobs, TimeSpan.Zero, 3);
        while (await blobs.RunOnceAsync(Ct) > 0)
        {
        }
    }

    /// <summary>A transaction that ends in exactly this refusal; null: in none.</summary>
    public async Task ExpectAsync(StoreError? expected, Func<CatalogSession, ValueTask> work) => Assert.Equal(
        expected,
        await RefusalAsync(async () => await catalog.WriteAsync(
            async tx =>
            {
                await work(tx);
                return true;
            },
            Ct)));

    public static async Task<StoreError?> RefusalAsync(Func<Task> work)
    {
        try
        {
            await work();
            return null;
        }
        catch (StoreException refusal)
        {
            return refusal.Error;
        }
    }
}
