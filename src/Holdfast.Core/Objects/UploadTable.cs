using Holdfast.Core.Access;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3;
using Holdfast.Protocol.S3.Checksums;

namespace Holdfast.Core.Objects;

/// <summary>An unfinished multipart upload; metadata, tags, ACL and checksum algorithm are fixed when it begins.</summary>
public sealed record Upload(
    long Id,
    byte[] UploadId,
    long BucketId,
    ObjectKey Key,
    DateTimeOffset CreatedAt,
    string Owner,
    CannedAcl Acl,
    ChecksumAlgorithm? Checksum,
    ChecksumType ChecksumType,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    IReadOnlyList<KeyValuePair<string, string>> Tags,
    long CompletedSeq)
{
    public bool IsCompleted => CompletedSeq != 0;
}

/// <summary>A part as it was last uploaded. <paramref name="ETag"/> is the MD5 of its bytes.</summary>
public sealed record UploadPart(
    int Number,
    DateTimeOffset CreatedAt,
    long Size,
    long? BlobId,
    long? CompositeId,
    byte[] ETag,
    byte[]? Checksum);

/// <summary>The queries of <c>upload</c> and <c>upload_part</c>. A part holds one link to its content.</summary>
public static class UploadTable
{
    public const int MaxPartNumber = 10_000;

    const string Columns = """
        id, upload_id, bucket_id, key, created_at, owner, acl, checksum_kind, checksum_type, headers, tags, seq
        """;

    const string InsertSql =
        "INSERT INTO upload (upload_id, bucket_id, key, created_at, touched_at, owner, acl, checksum_kind, checksum_type, "
        + $"""
        headers, tags, state, seq)
        VALUES ($1, $2, $3, db_now(), db_now(), $4, $5, $6, $7, $8, $9, 0, 0)
        RETURNING {Columns}
        """;

    const string FindSql = $"SELECT {Columns} FROM upload WHERE upload_id = $1 AND bucket_id = $2 AND key = $3 AND state < 2";

    // Touching the row also locks it, so parts and the end of one upload follow one another on every engine.
    const string HoldSql = $"UPDATE upload SET touched_at = db_now() WHERE id = $1 AND state < 2 RETURNING {Columns}";

    const string FinishSql = "UPDATE upload SET state = 1, seq = $2 WHERE id = $1";

    const string AbortSql = "UPDATE upload SET state = 2, touched_at = 0 WHERE id = $1";

    const string ExpireAllSql = "UPDATE upload SET state = 2, touched_at = 0 WHERE bucket_id = $1";

    const string ListSql = $"""
        SELECT {Columns} FROM upload
        WHERE bucket_id = $1 AND state = 0 AND key >= $2 AND (key > $2 OR id > $3) ORDER BY key, id LIMIT $4
        """;

    const string PartColumns = "number, created_at, size, blob_id, composite_id, etag, checksum";

    const string CountLinkedSql = """
        SELECT CAST(COALESCE(SUM(c.parts), 0) AS BIGINT) FROM upload_part p JOIN composite c ON c.id = p.composite_id WHERE p.upload = $1
        """;

    const string PutPartSql = """
        INSERT INTO upload_part (upload, number, created_at, size, blob_id, composite_id, etag, checksum)
        VALUES ($1, $2, db_now(), $3, $4, $5, $6, $7)
        RETURNING created_at
        """;

    const string FindPartSql = $"SELECT {PartColumns} FROM upload_part WHERE upload = $1 AND number = $2";

    const string ListPartsSql = $"SELECT {PartColumns} FROM upload_part WHERE upload = $1 AND number > $2 ORDER BY number LIMIT $3";

    const string DeletePartSql = "DELETE FROM upload_part WHERE upload = $1 AND number = $2";

    public static ValueTask<Upload?> CreateAsync(
        CatalogSession tx, byte[] uploadId, long bucketId, NewObject put, ChecksumType type, ChecksumAlgorithm? algorithm) =>
        tx.FindAsync(
            InsertSql,
            Map,
            uploadId,
            bucketId,
            put.Key.Bytes,
            put.Owner,
            (long)put.Acl,
            algorithm is { } chosen ? (long)chosen : 0L,
            (long)type,
            Pairs.Encode(put.Headers),
            Pairs.Encode(put.Tags));

    /// <summary>The upload, open or completed; null when there is none of this id for this key.</summary>
    public static ValueTask<Upload?> FindAsync(CatalogSession tx, byte[] uploadId, long bucketId, ObjectKey key) =>
        tx.FindAsync(FindSql, Map, uploadId, bucketId, key.Bytes);

    /// <summary>The upload, kept from every other change until the transaction ends. Throws NoSuchUpload.</summary>
    public static async ValueTask<Upload> HoldAsync(CatalogSession tx, long id) =>
        await tx.FindAsync(HoldSql, Map, id) ?? throw Gone();

    /// <summary>Like <see cref="HoldAsync"/>, refusing one that is completed.</summary>
    public static async ValueTask<Upload> HoldOpenAsync(CatalogSession tx, long id)
    {
        var upload = await HoldAsync(tx, id);
        return upload.IsCompleted ? throw Gone() : upload;
    }

    /// <summary>Uploads in order of key and age behind the markers.</summary>
    public static ValueTask<List<Upload>> ListAsync(CatalogSession tx, long bucketId, byte[] fromKey, long afterId, int limit) =>
        tx.ListAsync(ListSql, Map, bucketId, fromKey, afterId, (long)limit);

    /// <summary>How many blobs its parts that are copies of multipart objects have together.</summary>
    public static ValueTask<long> CountLinkedAsync(CatalogSession tx, Upload upload) =>
        tx.FindAsync(CountLinkedSql, row => row.GetInt64(0), upload.Id);

    /// <summary>Puts a part; an earlier one of this number loses its link. The content already holds one for this part.</summary>
    public static async ValueTask<DateTimeOffset> PutPartAsync(CatalogSession tx, Upload upload, UploadPart part)
    {
        if (await FindPartAsync(tx, upload.Id, part.Number) is { } earlier)
            await RemovePartAsync(tx, upload.Id, earlier);
        var createdAt = await tx.FindAsync(
            PutPartSql,
            row => row.GetInt64(0),
            upload.Id,
            (long)part.Number,
            part.Size,
            part.BlobId,
            part.CompositeId,
            part.ETag,
            part.Checksum);
        return CatalogTime.FromMicros(createdAt);
    }

    public static ValueTask<UploadPart?> FindPartAsync(CatalogSession tx, long upload, int number) =>
        tx.FindAsync(FindPartSql, MapPart, upload, (long)number);

    public static ValueTask<List<UploadPart>> ListPartsAsync(CatalogSession tx, long upload, int after, int limit) =>
        tx.ListAsync(ListPartsSql, MapPart, upload, (long)after, (long)limit);

    internal static async ValueTask RemovePartAsync(CatalogSession tx, long upload, UploadPart part)
    {
        await tx.ExecuteAsync(DeletePartSql, upload, (long)part.Number);
        if (part.BlobId is { } blob)
            await BlobTable.ReleaseAsync(tx, blob);
        if (part.CompositeId is { } composite)
            await CompositeTable.ReleaseAsync(tx, composite);
    }

    /// <summary>Gives the upload up; collection ends the links of its parts. Throws NoSuchUpload when it is completed or gone.</summary>
    public static async ValueTask AbortAsync(CatalogSession tx, long id)
    {
        await HoldOpenAsync(tx, id);
        await tx.ExecuteAsync(AbortSql, id);
    }

    internal static ValueTask<int> ExpireAllAsync(CatalogSession tx, long bucketId) => tx.ExecuteAsync(ExpireAllSql, bucketId);

    internal static ValueTask<int> FinishAsync(CatalogSession tx, long id, long seq) => tx.ExecuteAsync(FinishSql, id, seq);

    public static StoreException Gone() => new(
        StoreError.NoSuchUpload,
        "The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.");

    static Upload Map(CatalogRow row) => new(
        row.GetInt64(0),
        row.GetBytes(1),
        row.GetInt64(2),
        ObjectKey.FromTrusted(row.GetBytes(3)),
        CatalogTime.FromMicros(row.GetInt64(4)),
        row.GetString(5),
        (CannedAcl)row.GetInt64(6),
        row.GetInt64(7) == 0 ? null : (ChecksumAlgorithm)row.GetInt64(7),
        (ChecksumType)row.GetInt64(8),
        Pairs.Decode(row.IsNull(9) ? null : row.GetBytes(9)),
        Pairs.Decode(row.IsNull(10) ? null : row.GetBytes(10)),
        row.GetInt64(11));

    static UploadPart MapPart(CatalogRow row) => new(
        (int)row.GetInt64(0),
        CatalogTime.FromMicros(row.GetInt64(1)),
        row.GetInt64(2),
        row.IsNull(3) ? null : row.GetInt64(3),
        row.IsNull(4) ? null : row.GetInt64(4),
        row.GetBytes(5),
        row.IsNull(6) ? null : row.GetBytes(6));
}
