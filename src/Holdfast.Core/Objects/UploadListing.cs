using Holdfast.Core.Catalog;

namespace Holdfast.Core.Objects;

/// <summary>One page of unfinished uploads; when truncated, the last key (or prefix) and upload shown say where the next begins.</summary>
public sealed record UploadPage(
    IReadOnlyList<Upload> Uploads,
    IReadOnlyList<byte[]> Prefixes,
    byte[]? LastKey,
    byte[]? LastId,
    bool IsTruncated);

/// <summary>ListMultipartUploads: by key in byte order, within a key by when they began.</summary>
public static class UploadListing
{
    const string MarkerSql = "SELECT id FROM upload WHERE upload_id = $1";

    public static async ValueTask<UploadPage> PageAsync(
        CatalogSession tx,
        long bucketId,
        byte[] prefix,
        byte[] delimiter,
        byte[]? afterKey,
        byte[]? afterUpload,
        int max)
    {
        var uploads = new List<Upload>();
        var prefixes = new List<byte[]>();
        if (max == 0)
            return new UploadPage(uploads, prefixes, null, null, false);
        var walk = new DelimiterWalk(prefix, delimiter, afterKey);
        var (from, afterId) = (walk.From, -1L);
        if (afterKey is not null && afterUpload is not null)
            (from, afterId) = (afterKey, await tx.FindAsync(MarkerSql, row => row.GetInt64(0), afterUpload));
        byte[]? lastKey = null;
        byte[]? lastId = null;
        var step = walk.StepFor(max);
        while (from is not null)
        {
            var rows = await UploadTable.ListAsync(tx, bucketId, from, afterId, step);
            var shown = uploads.Count + prefixes.Count;
            foreach (var row in rows)
            {
                var key = row.Key.Bytes;
                if (walk.End is not null && key.AsSpan().SequenceCompareTo(walk.End) >= 0)
                    return new UploadPage(uploads, prefixes, lastKey, lastId, false);
                if (walk.IsSkipped(key))
                    continue;
                if (uploads.Count + prefixes.Count == max)
                    return new UploadPage(uploads, prefixes, lastKey, lastId, true);
                if (walk.PrefixOf(key) is { } common)
                {
                    prefixes.Add(common);
                    walk.Skip(common);
                    (lastKey, lastId) = (common, null);
                }
                else
                {
                    uploads.Add(row);
                    (lastKey, lastId) = (key, row.UploadId);
                }
            }
            if (rows.Count < step)
                break;
            var last = rows[^1];
            var steps = walk.Advance(last.Key.Bytes);
            (from, afterId) = steps ? (walk.From, -1L) : (last.Key.Bytes, last.Id);
            step = walk.StepAfter(uploads.Count + prefixes.Count - shown, last.Key.Bytes, max);
        }
        return new UploadPage(uploads, prefixes, lastKey, lastId, false);
    }
}
