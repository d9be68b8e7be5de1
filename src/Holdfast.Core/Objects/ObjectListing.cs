using Holdfast.Core.Catalog;
using Holdfast.Protocol.S3;
using Holdfast.Protocol.S3.Checksums;

namespace Holdfast.Core.Objects;

/// <summary>A row of a listing: a live current object.</summary>
public sealed record ListedObject(
    ObjectKey Key,
    DateTimeOffset CreatedAt,
    string Owner,
    long Size,
    ETag ETag,
    ChecksumAlgorithm? Checksum,
    ChecksumType ChecksumType);

/// <summary>
/// One page of a listing in byte order. <paramref name="Last"/> is the last key or prefix shown, behind which the next page begins.
/// </summary>
public sealed record ObjectPage(IReadOnlyList<ListedObject> Objects, IReadOnlyList<byte[]> Prefixes, byte[]? Last, bool IsTruncated);

/// <summary>
/// ListObjects on the <c>object_head</c> table: work grows with what a page shows, not with what the bucket holds. A common prefix is
/// stepped over by one seek to its successor.
/// </summary>
public static class ObjectListing
{
    const string PageSql = """
        SELECT key, created_at, owner, size, etag, etag_parts, checksum_kind, checksum_type FROM object_head
        WHERE bucket_id = $1 AND key >= $2 AND key < $3 AND seq > 0 ORDER BY key LIMIT $4
        """;

    const string PageToEndSql = """
        SELECT key, created_at, owner, size, etag, etag_parts, checksum_kind, checksum_type FROM object_head
        WHERE bucket_id = $1 AND key >= $2 AND seq > 0 ORDER BY key LIMIT $3
        """;

    /// <summary>
    /// At most <paramref name="max"/> keys and prefixes that begin with <paramref name="prefix"/> and come behind <paramref name="after"/>
    /// (a key or a common prefix shown before). An empty <paramref name="delimiter"/> groups nothing.
    /// </summary>
    public static async ValueTask<ObjectPage> PageAsync(
        CatalogSession tx,
        long bucketId,
        byte[] prefix,
        byte[] delimiter,
        byte[]? after,
        int max)
    {
        if (max == 0)
            return new ObjectPage([], [], null, false);
        var walk = new DelimiterWalk(prefix, delimiter, after);
        var objects = new List<ListedObject>(Math.Min(max, 1000));
        var prefixes = new List<byte[]>();
        byte[]? last = null;
        var step = walk.StepFor(max);
        while (walk.From is { } from)
        {
            var rows = await RowsAsync(tx, bucketId, from, walk.End, step);
            var shown = objects.Count + prefixes.Count;
            foreach (var row in rows)
            {
                if (walk.IsSkipped(row.Key.Bytes))
                    continue;
                if (objects.Count + prefixes.Count == max)
                    return new ObjectPage(objects, prefixes, last, true);
                if (walk.PrefixOf(row.Key.Bytes) is { } common)
                {
                    prefixes.Add(common);
                    walk.Skip(common);
                    last = common;
                }
                else
                {
                    objects.Add(row);
                    last = row.Key.Bytes;
                }
            }
            if (rows.Count < step)
                break;
            var lastSeen = rows[^1].Key.Bytes;
            walk.Advance(lastSeen);
            step = walk.StepAfter(objects.Count + prefixes.Count - shown, lastSeen, max);
        }
        return new ObjectPage(objects, prefixes, last, false);
    }

    static ValueTask<List<ListedObject>> RowsAsync(CatalogSession tx, long bucketId, byte[] from, byte[]? end, int limit) =>
        end is null
            ? tx.ListAsync(PageToEndSql, Map, bucketId, from, (long)limit)
            : tx.ListAsync(PageSql, Map, bucketId, from, end, (long)limit);

    static ListedObject Map(CatalogRow row) => new(
        ObjectKey.FromTrusted(row.GetBytes(0)),
        CatalogTime.FromMicros(row.GetInt64(1)),
        row.GetString(2),
        row.GetInt64(3),
        new ETag(row.GetBytes(4), (int)row.GetInt64(5)),
        row.GetInt64(6) == 0 ? null : (ChecksumAlgorithm)row.GetInt64(6),
        (ChecksumType)row.GetInt64(7));
}
