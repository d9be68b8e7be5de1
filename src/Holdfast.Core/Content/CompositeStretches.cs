using Holdfast.Core.Blobs;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Content;

/// <summary>The stretches of a composite that a range covers, opened one after the other; their rows are read in pages.</summary>
sealed class CompositeStretches(Catalog.Catalog catalog, ContentReads reads, long composite, ByteRange range)
{
    const int PageSize = 64;

    readonly Queue<CompositePart> _page = new();
    long _next = -1;
    bool _isLastPage;

    /// <summary>Null when the range is empty, and when the composite or its first blob is gone.</summary>
    public async ValueTask<BlobReader?> OpenFirstAsync(CancellationToken ct) =>
        await FillAsync(ct) ? await OpenAsync(_page.Dequeue(), ct) : null;

    /// <summary>Null behind the last stretch.</summary>
    public async ValueTask<BlobReader?> OpenNextAsync(CancellationToken ct)
    {
        if (_page.Count == 0 && !await FillAsync(ct))
            return null;
        var part = _page.Dequeue();
        return await OpenAsync(part, ct) ?? throw new StoreException(StoreError.BlobDamaged, $"the bytes of {part.Digest} are missing");
    }

    ValueTask<BlobReader?> OpenAsync(CompositePart part, CancellationToken ct)
    {
        var begin = Math.Max(range.Offset, part.Start) - part.Start;
        var end = Math.Min(range.End, part.Start + part.Size) - part.Start;
        var blob = new ContentRef(part.Size, part.BlobId, null, part.Digest, part.Location, part.IsDamaged, null, 0);
        return reads.OpenBlobAsync(blob, new ByteRange(begin, end - begin), ct);
    }

    async ValueTask<bool> FillAsync(CancellationToken ct)
    {
        if (_isLastPage || range.Length == 0)
            return false;
        var parts = await catalog.ReadAsync(
            async tx =>
            {
                var from = _next >= 0 ? _next : await CompositeTable.StartOfAsync(tx, composite, range.Offset);
                return await CompositeTable.PartsAsync(tx, composite, from, range.End, PageSize);
            },
            ct);
        foreach (var part in parts)
            _page.Enqueue(part);
        _isLastPage = parts.Count < PageSize;
        if (parts.Count == 0)
            return false;
        _next = parts[^1].Start + parts[^1].Size;
        return true;
    }
}
