using Holdfast.Core.Catalog;

namespace Holdfast.Core.Repositories;

/// <summary>
/// Removes from repositories what nothing reaches: uploads nobody finishes, blobs that no manifest names, and, where a repository asks for
/// it, manifests without a tag, an index or a subject that keeps them. Bounded steps, each judged again on the row it deletes, so that any
/// number of nodes run it beside pushes without a lock.
/// </summary>
public sealed class RepositoryCollection(Catalog.Catalog catalog, TimeSpan uploadExpiry, TimeSpan unusedAge)
{
    const int BatchSize = 200;

    // Each may name thousands of blobs.
    const int ManifestBatchSize = 20;

    const string SkipLocked = " FOR UPDATE SKIP LOCKED";

    // By repository_blob_unused.
    const string UnusedSql = """
        SELECT repository_id, digest FROM repository_blob
        WHERE uses = 0 AND touched_at <= db_now() - $1 ORDER BY touched_at LIMIT $2
        """;

    const string UnlinkSql = """
        DELETE FROM repository_blob
        WHERE repository_id = $1 AND digest = $2 AND uses = 0 AND touched_at <= db_now() - $3 RETURNING blob_id, composite_id
        """;

    const string ManifestsSql = "SELECT digest, blob_id FROM manifest WHERE repository_id = $1 ORDER BY digest LIMIT $2";

    const string LinksSql = "SELECT digest FROM repository_blob WHERE repository_id = $1 LIMIT $2";

    const string EmptyLinkSql =
        "DELETE FROM repository_blob WHERE repository_id = $1 AND digest = $2 RETURNING blob_id, composite_id";

    const string TagsSql = """
        DELETE FROM tag WHERE repository_id = $1 AND name IN (SELECT name FROM tag WHERE repository_id = $1 ORDER BY name LIMIT $2)
        """;

    const string RemovedTagsSql = """
        DELETE FROM removed_tag WHERE id IN (SELECT id FROM removed_tag WHERE repository_id = $1 ORDER BY name LIMIT $2)
        """;

    const string UploadSql = "SELECT id FROM blob_upload WHERE repository_id = $1 LIMIT 1";

    /// <summary>One round of bounded steps; false when there was nothing to do.</summary>
    public async ValueTask<bool> RunOnceAsync(CancellationToken ct)
    {
        var expired = await catalog.WriteAsync(tx => BlobUploadTable.ExpireOneAsync(tx, uploadExpiry), ct);
        var emptied = await catalog.WriteAsync(EmptyAsync, ct);
        var unlinked = await catalog.WriteAsync(UnlinkAsync, ct);
        return expired || emptied || unlinked == BatchSize;
    }

    async ValueTask<int> UnlinkAsync(CatalogSession tx)
    {
        var age = CatalogTime.ToMicros(unusedAge);
        const string claim = UnusedSql + SkipLocked;
        var found = await tx.ListAsync(
            tx.HasRowLocks ? claim : UnusedSql, row => (Repository: row.GetInt64(0), Digest: row.GetBytes(1)), age, (long)BatchSize);
        foreach (var (repository, digest) in found)
            await EndAsync(tx, UnlinkSql, repository, digest, age);
        return found.Count;
    }

    /// <summary>A step towards nothing of a repository that was deleted; false when there is none.</summary>
    static async ValueTask<bool> EmptyAsync(CatalogSession tx)
    {
        var id = await RepositoryTable.FindBuriedAsync(tx);
        if (id == 0)
            return false;
        if (await tx.ExecuteAsync(TagsSql, id, (long)BatchSize) + await tx.ExecuteAsync(RemovedTagsSql, id, (long)BatchSize) > 0)
            return true;
        var manifests = await tx.ListAsync(
            ManifestsSql, row => (Digest: row.GetBytes(0), Blob: row.GetInt64(1)), id, (long)ManifestBatchSize);
        foreach (var (digest, blob) in manifests)
            await ManifestDeletion.RemoveAsync(tx, id, digest, blob);
        if (manifests.Count > 0)
            return true;
        var links = await tx.ListAsync(LinksSql, row => row.GetBytes(0), id, (long)BatchSize);
        foreach (var digest in links)
            await EndAsync(tx, EmptyLinkSql, id, digest);
        if (links.Count > 0)
            return true;
        if (await tx.FindAsync(UploadSql, row => row.GetInt64(0), id) is var upload and > 0)
            return await BlobUploadTable.DeleteAsync(tx, upload);
        await RepositoryTable.DeleteAsync(tx, id);
        return true;
    }

    static async ValueTask EndAsync(CatalogSession tx, string sql, params object?[] args)
    {
        var link = await tx.FindAsync(sql, row => (RepositoryBlobTable.Gone?)new(row.FindInt64(0), row.FindInt64(1)), args);
        if (link is not null)
            await RepositoryBlobTable.ReleaseAsync(tx, link);
    }
}
