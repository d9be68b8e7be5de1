using System.IO.Pipelines;
using Holdfast.Core.Blobs;
using Holdfast.Core.Content;

namespace Holdfast.Core.Tests.Content;

/// <summary>Makes composites without uploads.</summary>
static class StoredComposite
{
    /// <summary>Stores the bytes in stretches of that length and gives the id of the composite they make, which has one link.</summary>
    public static async Task<long> AddAsync(
        Core.Catalog.Catalog catalog, IBlobStore blobs, long organization, byte[] bytes, int stretch, CancellationToken ct)
    {
        var id = await catalog.WriteAsync(
            tx => CompositeTable.InsertAsync(tx, organization, bytes.Length, (bytes.Length + stretch - 1) / stretch, null), ct);
        for (var start = 0; start < bytes.Length; start += stretch)
            await AddStretchAsync(catalog, blobs, id, bytes, start, Math.Min(stretch, bytes.Length - start), ct);
        return id;
    }

    static async Task AddStretchAsync(
        Core.Catalog.Catalog catalog, IBlobStore blobs, long composite, byte[] bytes, int start, int length, CancellationToken ct)
    {
        var request = new IngestRequest { Hashes = HashKinds.Md5, MaxBytes = length };
        await using var received = await new Ingest(blobs).ReceiveAsync(
            PipeReader.Create(new MemoryStream(bytes, start, length)), request, ct);
        await new ContentStore(catalog).StoreAsync(
            received,
            async (tx, blob) => await tx.ExecuteAsync(
                "INSERT INTO composite_part (composite_id, start, size, blob_id, part, etag) VALUES ($1, $2, $3, $4, 1, $5)",
                composite, (long)start, (long)length, await blob(), received.Hashes.Md5),
            ct);
    }
}
