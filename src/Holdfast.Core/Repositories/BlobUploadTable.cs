using Holdfast.Core.Blobs;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Repositories;

/// <summary>
/// An unfinished upload of a blob: how many bytes were received, as how many pieces, and the state of the SHA-256 over them.
/// </summary>
public sealed record BlobUpload(long Id, Guid UploadId, long RepositoryId, string Owner, long Size, long Parts, byte[]? HashState)
{
    /// <summary>The hash over everything received so far, to go on with.</summary>
    public ResumableSha256 Hash() => HashState is null ? new ResumableSha256() : ResumableSha256.Restore(HashState);
}

/// <summary>
/// The queries of <c>blob_upload</c> and <c>blob_upload_part</c>. Each piece is a blob, and the row holds its link: so an upload survives
/// restarts and goes on at any node.
/// </summary>
public static class BlobUploadTable
{
    const string Columns = "id, upload_id, repository_id, owner, size, parts, hash_state";

    const string InsertSql = $"""
        INSERT INTO blob_upload (upload_id, repository_id, owner, created_at, touched_at, size, parts)
        VALUES ($1, $2, $3, db_now(), db_now(), 0, 0) RETURNING {Columns}
        """;

    const string FindSql = $"SELECT {Columns} FROM blob_upload WHERE upload_id = $1 AND repository_id = $2";

    // Judged on the row as it is when the update reaches it: of two chunks for one offset, one wins.
    const string AppendSql = """
        UPDATE blob_upload SET size = size + $3, parts = parts + 1, hash_state = $4, touched_at = db_now() WHERE id = $1 AND size = $2
        """;

    const string InsertPartSql = "INSERT INTO blob_upload_part (upload, start, size, blob_id) VALUES ($1, $2, $3, $4)";

    const string TakeSql = "DELETE FROM blob_upload WHERE id = $1 AND size = $2";

    const string OnlyPartSql = "DELETE FROM blob_upload_part WHERE upload = $1 RETURNING blob_id";

    const string MovePartsSql = """
        INSERT INTO composite_part (composite_id, start, size, blob_id, part, etag, checksum)
        SELECT $2, start, size, blob_id, ROW_NUMBER() OVER (ORDER BY start), '', NULL FROM blob_upload_part WHERE upload = $1
        """;

    const string ReleasePartsSql = """
        UPDATE blob SET refs = refs - gone.links, touched_at = db_now()
        FROM (SELECT blob_id, COUNT(*) AS links FROM blob_upload_part WHERE upload = $1 GROUP BY blob_id) AS gone
        WHERE gone.blob_id = blob.id
        """;

    const string DeletePartsSql = "DELETE FROM blob_upload_part WHERE upload = $1";

    const string DeleteSql = "DELETE FROM blob_upload WHERE id = $1";

    const string ExpiredSql = "SELECT id FROM blob_upload WHERE touched_at <= db_now() - $1 ORDER BY touched_at LIMIT 1";

    const string ExpiredLockedSql = $"{ExpiredSql} FOR UPDATE SKIP LOCKED";

    public static async ValueTask<BlobUpload> CreateAsync(CatalogSession tx, Guid id, long repository, string owner) =>
        (await tx.FindAsync(InsertSql, Map, id.ToByteArray(), repository, owner))!;

    /// <summary>Null when the repository has no such upload, or it was finished, cancelled or expired.</summary>
    public static ValueTask<BlobUpload?> FindAsync(CatalogSession tx, Guid id, long repository) =>
        tx.FindAsync(FindSql, Map, id.ToByteArray(), repository);

    /// <summary>
    /// Adds a piece, to whose blob the caller holds a link, behind the bytes that <paramref name="upload"/> had. Throws UploadOutOfOrder
    /// when others came in between, or the upload is gone.
    /// </summary>
    public static async ValueTask AppendAsync(CatalogSession tx, BlobUpload upload, long size, byte[] hashState, Func<ValueTask<long>> blob)
    {
        if (upload.Parts >= CompositeTable.MaxBlobs)
            throw new StoreException(
                StoreError.EntityTooLarge, $"an upload has at most {CompositeTable.MaxBlobs} chunks: send larger ones");
        if (await tx.ExecuteAsync(AppendSql, upload.Id, upload.Size, size, hashState) != 1)
            throw Moved();
        await tx.ExecuteAsync(InsertPartSql, upload.Id, upload.Size, size, await blob());
    }

    /// <summary>
    /// Ends the upload, whose bytes are <paramref name="digest"/>, and gives its content with one link for the caller. Throws
    /// UploadOutOfOrder when bytes were added meanwhile.
    /// </summary>
    public static async ValueTask<ContentRef> FinishAsync(CatalogSession tx, BlobUpload upload, long organization, Digest digest)
    {
        if (await tx.ExecuteAsync(TakeSql, upload.Id, upload.Size) != 1)
            throw Moved();
        if (upload.Parts == 1)
        {
            var blob = await tx.FindAsync(OnlyPartSql, row => row.GetInt64(0), upload.Id);
            return new ContentRef(upload.Size, blob, null, digest, null, false, null, 0);
        }
        if (await BlobTable.FindAsync(tx, digest) is { IsDamaged: false } known && await BlobTable.AcquireAsync(tx, known.Id))
        {
            await ReleasePartsAsync(tx, upload.Id);
            return new ContentRef(upload.Size, known.Id, null, digest, null, false, null, 0);
        }
        var composite = await CompositeTable.InsertAsync(tx, organization, upload.Size, upload.Parts, digest);
        await tx.ExecuteAsync(MovePartsSql, upload.Id, composite);
        await tx.ExecuteAsync(DeletePartsSql, upload.Id);
        return new ContentRef(upload.Size, null, composite, digest, null, false, null, 0);
    }

    /// <summary>Ends an upload whose bytes are here already. Throws UploadOutOfOrder when bytes were added meanwhile.</summary>
    public static async ValueTask EndAsync(CatalogSession tx, BlobUpload upload)
    {
        if (await tx.ExecuteAsync(TakeSql, upload.Id, upload.Size) != 1)
            throw Moved();
        await ReleasePartsAsync(tx, upload.Id);
    }

    /// <summary>Gives the upload up and ends the links of its pieces; false when it was gone.</summary>
    public static async ValueTask<bool> DeleteAsync(CatalogSession tx, long id)
    {
        if (await tx.ExecuteAsync(DeleteSql, id) != 1)
            return false;
        await ReleasePartsAsync(tx, id);
        return true;
    }

    /// <summary>Gives up one upload that nobody touched for <paramref name="expiry"/>; false when there is none.</summary>
    public static async ValueTask<bool> ExpireOneAsync(CatalogSession tx, TimeSpan expiry)
    {
        var sql = tx.HasRowLocks ? ExpiredLockedSql : ExpiredSql;
        var id = await tx.FindAsync(sql, row => row.GetInt64(0), CatalogTime.ToMicros(expiry));
        return id != 0 && await DeleteAsync(tx, id);
    }

    static async ValueTask ReleasePartsAsync(CatalogSession tx, long upload)
    {
        await tx.ExecuteAsync(ReleasePartsSql, upload);
        await tx.ExecuteAsync(DeletePartsSql, upload);
    }

    static StoreException Moved() => new(
        StoreError.UploadOutOfOrder, "another request has changed this upload meanwhile: ask for its state and go on from there");

    static BlobUpload Map(CatalogRow row) => new(
        row.GetInt64(0),
        new Guid(row.GetBytes(1)),
        row.GetInt64(2),
        row.GetString(3),
        row.GetInt64(4),
        row.GetInt64(5),
        row.FindBytes(6));
}
