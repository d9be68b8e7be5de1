using Holdfast.Core.Access;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Protocol;
using Holdfast.Protocol.S3;
using Holdfast.Protocol.S3.Checksums;

namespace Holdfast.Core.Objects;

/// <summary>The queries of <c>object_version</c> and <c>object_head</c> for one key. Listings are in their own files.</summary>
public static class ObjectTable
{
    const string Columns = """
    v.bucket_id, v.key, v.seq, v.nonce, v.is_null, v.is_marker, v.created_at, v.updated_at, v.owner, v.acl, v.size, v.etag, v.etag_parts,
    v.checksum_kind, v.checksum_type, v.checksum, v.headers, v.tags, v.blob_id, v.composite_id, b.digest, b.location, b.damaged_at, c.digest
    """;

    const string Joins = "FROM object_version v LEFT JOIN blob b ON b.id = v.blob_id LEFT JOIN composite c ON c.id = v.composite_id";

    // The key's newest version is its current one: both engines read the primary key backwards.
    const string Current = "WHERE v.bucket_id = $1 AND v.key = $2 ORDER BY v.seq DESC LIMIT 1";
    const string Null = "WHERE v.bucket_id = $1 AND v.key = $2 AND v.is_null = 1";
    const string BySeq = "WHERE v.bucket_id = $1 AND v.key = $2 AND v.seq = $3 AND v.nonce = $4 AND v.is_null = 0";

    const string Bytes = ", s.sum, s.bytes";
    const string JoinBytes = "LEFT JOIN small_blob s ON s.id = v.blob_id";

    const string FindCurrentSql = $"SELECT {Columns} {Joins} {Current}";
    const string FindNullSql = $"SELECT {Columns} {Joins} {Null}";
    const string FindBySeqSql = $"SELECT {Columns} {Joins} {BySeq}";
    const string FindAnyBySeqSql = $"SELECT {Columns} {Joins} WHERE v.bucket_id = $1 AND v.key = $2 AND v.seq = $3";
    const string OpenCurrentSql = $"SELECT {Columns}{Bytes} {Joins} {JoinBytes} {Current}";
    const string OpenNullSql = $"SELECT {Columns}{Bytes} {Joins} {JoinBytes} {Null}";
    const string OpenBySeqSql = $"SELECT {Columns}{Bytes} {Joins} {JoinBytes} {BySeq}";

    const string InsertSql =
        "INSERT INTO object_version (bucket_id, key, seq, nonce, is_null, is_marker, created_at, updated_at, owner, acl, size, "
        + """
        blob_id, composite_id,
            etag, etag_parts, checksum_kind, checksum_type, checksum, headers, tags)
        VALUES ($1, $2, $3, $4, $5, $6, db_now(), db_now(), $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        RETURNING created_at
        """;

    const string DeleteSql = "DELETE FROM object_version WHERE bucket_id = $1 AND key = $2 AND seq = $3";

    // A placeholder that the same transaction fills or removes: it holds the key against every other writer, also where nothing was.
    const string LockHeadSql = """
        INSERT INTO object_head (bucket_id, key, seq, created_at, owner, size, etag, etag_parts, checksum_kind, checksum_type)
        VALUES ($1, $2, 0, 0, '', 0, '', 0, 0, 0)
        ON CONFLICT (bucket_id, key) DO UPDATE SET seq = object_head.seq
        """;

    const string DeleteHeadSql = "DELETE FROM object_head WHERE bucket_id = $1 AND key = $2";

    const string SetHeadSql = """
        INSERT INTO object_head (bucket_id, key, seq, created_at, owner, size, etag, etag_parts, checksum_kind, checksum_type)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (bucket_id, key) DO UPDATE SET seq = excluded.seq, created_at = excluded.created_at, owner = excluded.owner,
            size = excluded.size, etag = excluded.etag, etag_parts = excluded.etag_parts, checksum_kind = excluded.checksum_kind,
            checksum_type = excluded.checksum_type
        """;

    const string SetTagsSql = "UPDATE object_version SET tags = $4, updated_at = db_now() WHERE bucket_id = $1 AND key = $2 AND seq = $3";

    const string SetAclSql = "UPDATE object_version SET acl = $4, updated_at = db_now() WHERE bucket_id = $1 AND key = $2 AND seq = $3";

    /// <summary>The version with what its content is, but not small content's bytes; null when there is none.</summary>
    public static ValueTask<ObjectVersion?> FindAsync(CatalogSession tx, long bucketId, ObjectKey key, VersionRef version) => version switch
    {
        { IsCurrent: true } => tx.FindAsync(FindCurrentSql, Map, bucketId, key.Bytes),
        { IsNull: true } => tx.FindAsync(FindNullSql, Map, bucketId, key.Bytes),
        _ => tx.FindAsync(FindBySeqSql, Map, bucketId, key.Bytes, version.Seq, version.Nonce),
    };

    /// <summary>The version with this sequence number, whatever its id; null when it is gone.</summary>
    internal static ValueTask<ObjectVersion?> FindBySeqAsync(CatalogSession tx, long bucketId, ObjectKey key, long seq) =>
        tx.FindAsync(FindAnyBySeqSql, Map, bucketId, key.Bytes, seq);

    /// <summary>Like <see cref="FindAsync"/>, with the bytes of small content, so that a small GET is one look-up.</summary>
    public static ValueTask<ObjectVersion?> OpenAsync(CatalogSession tx, long bucketId, ObjectKey key, VersionRef version) => version switch
    {
        { IsCurrent: true } => tx.FindAsync(OpenCurrentSql, MapWithBytes, bucketId, key.Bytes),
        { IsNull: true } => tx.FindAsync(OpenNullSql, MapWithBytes, bucketId, key.Bytes),
        _ => tx.FindAsync(OpenBySeqSql, MapWithBytes, bucketId, key.Bytes, version.Seq, version.Nonce),
    };

    /// <summary>Makes this transaction the only writer of the key until it ends. Nothing to do where there is one writer at all.</summary>
    internal static async ValueTask LockAsync(CatalogSession tx, long bucketId, ObjectKey key)
    {
        if (tx.HasRowLocks)
            await tx.ExecuteAsync(LockHeadSql, bucketId, key.Bytes);
    }

    internal static async ValueTask<ObjectVersion> InsertAsync(CatalogSession tx, ObjectVersion version)
    {
        var createdAt = await tx.FindAsync(
            InsertSql,
            row => row.GetInt64(0),
            version.BucketId,
            version.Key.Bytes,
            version.Seq,
            version.Nonce,
            version.IsNull ? 1L : 0L,
            version.IsMarker ? 1L : 0L,
            version.Owner,
            (long)version.Acl,
            version.Size,
            version.Content?.BlobId,
            version.Content?.CompositeId,
            version.ETag.Md5.ToArray(),
            (long)version.ETag.Parts,
            version.Checksum is { } sum ? (long)sum.Algorithm : 0L,
            version.Checksum is { } typed ? (long)typed.Type : 0L,
            version.Checksum?.Bytes,
            Pairs.Encode(version.Headers),
            Pairs.Encode(version.Tags));
        var time = CatalogTime.FromMicros(createdAt);
        return version with { CreatedAt = time, UpdatedAt = time };
    }

    internal static ValueTask<int> DeleteAsync(CatalogSession tx, ObjectVersion version) =>
        tx.ExecuteAsync(DeleteSql, version.BucketId, version.Key.Bytes, version.Seq);

    /// <summary>Makes listings show <paramref name="current"/>; a delete marker or nothing at all is not shown.</summary>
    internal static ValueTask<int> SetHeadAsync(CatalogSession tx, long bucketId, ObjectKey key, ObjectVersion? current) =>
        current is null or { IsMarker: true }
            ? tx.ExecuteAsync(DeleteHeadSql, bucketId, key.Bytes)
            : tx.ExecuteAsync(
                SetHeadSql,
                bucketId,
                key.Bytes,
                current.Seq,
                CatalogTime.ToMicros(current.CreatedAt),
                current.Owner,
                current.Size,
                current.ETag.Md5.ToArray(),
                (long)current.ETag.Parts,
                current.Checksum is { } sum ? (long)sum.Algorithm : 0L,
                current.Checksum is { } typed ? (long)typed.Type : 0L);

    public static ValueTask<int> SetTagsAsync(CatalogSession tx, ObjectVersion version, IReadOnlyList<KeyValuePair<string, string>> tags) =>
        tx.ExecuteAsync(SetTagsSql, version.BucketId, version.Key.Bytes, version.Seq, Pairs.Encode(tags));

    public static ValueTask<int> SetAclAsync(CatalogSession tx, ObjectVersion version, CannedAcl acl) =>
        tx.ExecuteAsync(SetAclSql, version.BucketId, version.Key.Bytes, version.Seq, (long)acl);

    static ObjectVersion MapWithBytes(CatalogRow row)
    {
        var version = Map(row);
        return row.IsNull(24)
            ? version
            : version with { Content = version.Content! with { InlineSum = (uint)row.GetInt64(24), Inline = row.GetBytes(25) } };
    }

    static ObjectVersion Map(CatalogRow row)
    {
        var isMarker = row.GetInt64(5) != 0;
        var parts = (int)row.GetInt64(12);
        return new ObjectVersion
        {
            BucketId = row.GetInt64(0),
            Key = ObjectKey.FromTrusted(row.GetBytes(1)),
            Seq = row.GetInt64(2),
            Nonce = row.GetInt64(3),
            IsNull = row.GetInt64(4) != 0,
            IsMarker = isMarker,
            CreatedAt = CatalogTime.FromMicros(row.GetInt64(6)),
            UpdatedAt = CatalogTime.FromMicros(row.GetInt64(7)),
            Owner = row.GetString(8),
            Acl = (CannedAcl)row.GetInt64(9),
            Size = row.GetInt64(10),
            ETag = new ETag(row.GetBytes(11), parts),
            Checksum = row.IsNull(15)
                ? null
                : new ChecksumValue(
                    (ChecksumAlgorithm)row.GetInt64(13),
                    row.GetBytes(15),
                    (ChecksumType)row.GetInt64(14) == ChecksumType.Composite ? parts : 0),
            Headers = Pairs.Decode(row.IsNull(16) ? null : row.GetBytes(16)),
            Tags = Pairs.Decode(row.IsNull(17) ? null : row.GetBytes(17)),
            Content = isMarker ? null : MapContent(row),
        };
    }

    static ContentRef MapContent(CatalogRow row)
    {
        var digest = row.IsNull(20) ? (row.IsNull(23) ? null : row.GetBytes(23)) : row.GetBytes(20);
        return new ContentRef(
            row.GetInt64(10),
            row.IsNull(18) ? null : row.GetInt64(18),
            row.IsNull(19) ? null : row.GetInt64(19),
            digest is null ? null : new Digest(digest),
            row.IsNull(21) ? null : row.GetString(21),
            !row.IsNull(22),
            null,
            0);
    }
}
