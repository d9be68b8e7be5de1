using Holdfast.Core.Blobs;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Content;

/// <summary>
/// The only way doors get at stored bytes: single blobs and composites alike, every byte checked against the checksum taken at ingest
/// (promise 6). What turns out damaged is marked, so that it is not served again. Thread safe.
/// </summary>
public sealed class ContentReads(Catalog.Catalog catalog, IBlobStore store, DamageReports damage)
{
    /// <summary>Opens <paramref name="range"/>, which lies within the content. Throws BlobDamaged, also for bytes that are gone.</summary>
    public async ValueTask<ContentReader> OpenAsync(ContentRef content, ByteRange range, CancellationToken ct) =>
        await FindAsync(content, range, ct)
            ?? throw new StoreException(StoreError.BlobDamaged, $"the bytes of {content.Digest} are missing");

    /// <summary>Like <see cref="OpenAsync"/>; null when the content was collected since it was looked up.</summary>
    public async ValueTask<ContentReader?> FindAsync(ContentRef content, ByteRange range, CancellationToken ct)
    {
        var stretches = content.CompositeId is { } composite ? new CompositeStretches(catalog, this, composite, range) : null;
        // The first stretch is opened here: what is gone is found out before anything is answered.
        var first = stretches is null ? await OpenBlobAsync(content, range, ct) : await stretches.OpenFirstAsync(ct);
        return first is null && range.Length > 0 ? null : new ContentReader(first, stretches, range.Length);
    }

    /// <summary>A verified reader of one blob's range; null when the blob is gone.</summary>
    internal async ValueTask<BlobReader?> OpenBlobAsync(ContentRef blob, ByteRange range, CancellationToken ct)
    {
        if (blob.IsDamaged)
            throw new StoreException(StoreError.BlobDamaged, $"{blob.Digest} is damaged on its backend and is not served");
        if (blob.Location is null)
            return await OpenInlineAsync(blob, range, ct);
        var (id, info) = (blob.BlobId!.Value, new BlobInfo(new BlobLocation(blob.Location), blob.Digest!.Value, blob.Size));
        // The first checksums are had before anything is answered: they go with the row, which may be collected just now.
        var first = (int)(range.Offset / ChunkSums.ChunkBytes / ChunkSums.SumsPerSegment);
        if (await catalog.ReadAsync(tx => BlobTable.FindSumsAsync(tx, id, first), ct) is not { } sums)
            return null;
        var reader = await VerifyingReader.OpenAsync(
            store, info, range, (segment, stop) => segment == first ? new(sums) : SumsAsync(id, segment, stop), ct);
        return reader is null ? null : new ReportingReader(reader, id, damage);
    }

    async ValueTask<BlobReader?> OpenInlineAsync(ContentRef blob, ByteRange range, CancellationToken ct)
    {
        var (bytes, sum) = (blob.Inline, blob.InlineSum);
        if (bytes is null)
        {
            if (await catalog.ReadAsync(tx => BlobTable.FindInlineAsync(tx, blob.BlobId!.Value), ct) is not { } found)
                return null;
            (bytes, sum) = found;
        }
        if (Protocol.Hashing.Crc32C.Append(0, bytes) == sum && bytes.Length == blob.Size)
            return new InlineReader(
                new BlobInfo(default, blob.Digest!.Value, blob.Size), bytes.AsMemory((int)range.Offset, (int)range.Length));
        damage.Report(blob.BlobId!.Value);
        throw new StoreException(StoreError.BlobDamaged, $"{blob.Digest} does not match its checksum");
    }

    async ValueTask<ReadOnlyMemory<byte>> SumsAsync(long blob, int segment, CancellationToken ct) =>
        await catalog.ReadAsync(tx => BlobTable.FindSumsAsync(tx, blob, segment), ct)
        ?? throw new StoreException(StoreError.BlobDamaged, $"the catalog has no checksums for segment {segment} of blob {blob}");
}
