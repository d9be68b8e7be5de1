using Holdfast.Core.Catalog;
using Holdfast.Protocol.S3;
using Holdfast.Protocol.S3.Checksums;

namespace Holdfast.Core.Objects;

/// <summary>A row of a version listing. <paramref name="IsLatest"/> is true once a key.</summary>
public sealed record ListedVersion(
    ObjectKey Key,
    long Seq,
    string VersionId,
    bool IsLatest,
    bool IsMarker,
    DateTimeOffset CreatedAt,
    string Owner,
    long Size,
    ETag ETag,
    ChecksumAlgorithm? Checksum,
    ChecksumType ChecksumType);

/// <summary>One page of versions; when truncated, the last key (or prefix) and version shown say where the next begins.</summary>
public sealed record VersionPage(
    IReadOnlyList<ListedVersion> Versions,
    IReadOnlyList<byte[]> Prefixes,
    byte[]? LastKey,
    string? LastVersionId,
    bool IsTruncated);

/// <summary>ListObjectVersions: keys in byte order, within a key the newest first, delete markers in their place.</summary>
public static class VersionListing
{
    const string Columns =
        "key, seq, nonce, is_null, is_marker, created_at, owner, size, etag, etag_parts, checksum_kind, checksum_type";

    const string PageSql = $"""
        SELECT {Columns} FROM object_version
        WHERE bucket_id = $1 AND key >= $2 AND key < $3 AND (key > $2 OR seq < $4) ORDER BY key, seq DESC LIMIT $5
        """;

    const string PageToEndSql = $"""
        SELECT {Columns} FROM object_version
        WHERE bucket_id = $1 AND key >= $2 AND (key > $2 OR seq < $3) ORDER BY key, seq DESC LIMIT $4
        """;

    const string NewerSql = "SELECT 1 FROM object_version WHERE bucket_id = $1 AND key = $2 AND seq >= $3 LIMIT 1";

    /// <summary>
    /// At most <paramref name="max"/> versions and prefixes behind <paramref name="after"/>; with <paramref name="belowSeq"/> the versions
    /// of that key older than this sequence number come first.
    /// </summary>
    public static async ValueTask<VersionPage> PageAsync(
        CatalogSession tx,
        long bucketId,
        byte[] prefix,
        byte[] delimiter,
        byte[]? after,
        long? belowSeq,
        int max)
    {
        if (max == 0)
            return new VersionPage([], [], null, null, false);
        var walk = new DelimiterWalk(prefix, delimiter, after);
        var from = walk.From;
        var below = long.MaxValue;
        byte[]? openKey = null;
        if (belowSeq is { } seq && after is not null && after.AsSpan().StartsWith(prefix))
        {
            (from, below) = (after, seq);
            if (await tx.FindAsync(NewerSql, row => row.GetInt64(0), bucketId, after, seq) != 0)
                openKey = after;
        }
        var page = new Accumulator(walk, openKey, max);
        var step = walk.StepFor(max);
        while (from is not null)
        {
            var rows = await RowsAsync(tx, bucketId, from, walk.End, below, step);
            var shown = page.Count;
            foreach (var row in rows)
            {
                if (!page.Take(row))
                    return page.Build(true);
            }
            if (rows.Count < step)
                break;
            var last = rows[^1];
            if (walk.IsSkipped(last.Key.Bytes))
            {
                walk.Advance(last.Key.Bytes);
                (from, below) = (walk.From, long.MaxValue);
            }
            else
            {
                (from, below) = (last.Key.Bytes, last.Seq);
            }
            step = walk.StepAfter(page.Count - shown, last.Key.Bytes, max);
        }
        return page.Build(false);
    }

    static ValueTask<List<ListedVersion>> RowsAsync(CatalogSession tx, long bucketId, byte[] from, byte[]? end, long below, int limit) =>
        end is null
            ? tx.ListAsync(PageToEndSql, Map, bucketId, from, below, (long)limit)
            : tx.ListAsync(PageSql, Map, bucketId, from, end, below, (long)limit);

    static ListedVersion Map(CatalogRow row)
    {
        var seq = row.GetInt64(1);
        return new ListedVersion(
            ObjectKey.FromTrusted(row.GetBytes(0)),
            seq,
            row.GetInt64(3) != 0 ? "null" : new VersionId(seq, row.GetInt64(2)).ToString(),
            false,
            row.GetInt64(4) != 0,
            CatalogTime.FromMicros(row.GetInt64(5)),
            row.GetString(6),
            row.GetInt64(7),
            new ETag(row.GetBytes(8), (int)row.GetInt64(9)),
            row.GetInt64(10) == 0 ? null : (ChecksumAlgorithm)row.GetInt64(10),
            (ChecksumType)row.GetInt64(11));
    }

    /// <summary>Fills one page and knows which row is the first, and so the latest, of its key.</summary>
    sealed class Accumulator(DelimiterWalk walk, byte[]? openKey, int max)
    {
        readonly List<ListedVersion> _versions = [];
        readonly List<byte[]> _prefixes = [];
        byte[]? _key = openKey;
        byte[]? _last;
        string? _lastVersion;

        /// <summary>What the page shows so far.</summary>
        public int Count => _versions.Count + _prefixes.Count;

        /// <summary>False when the page is full and there is more.</summary>
        public bool Take(ListedVersion row)
        {
            var key = row.Key.Bytes;
            if (walk.IsSkipped(key))
                return true;
            if (Count == max)
                return false;
            if (walk.PrefixOf(key) is { } common)
            {
                _prefixes.Add(common);
                walk.Skip(common);
                (_last, _lastVersion) = (common, null);
                return true;
            }
            var isLatest = _key is null || !key.AsSpan().SequenceEqual(_key);
            _versions.Add(row with { IsLatest = isLatest });
            _key = key;
            (_last, _lastVersion) = (key, row.VersionId);
            return true;
        }

        public VersionPage Build(bool isTruncated) => new(_versions, _prefixes, _last, _lastVersion, isTruncated);
    }
}
