using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Protocol;

namespace Holdfast.Core.Repositories;

/// <summary>Deletes manifests: the tags on one go, what it named is used by one less, and its bytes lose a link.</summary>
public static class ManifestDeletion
{
    const string HoldSql = "SELECT blob_id FROM manifest WHERE repository_id = $1 AND digest = $2";

    const string HoldLockedSql = $"{HoldSql} FOR UPDATE";

    const string DeleteSql = "DELETE FROM manifest WHERE repository_id = $1 AND digest = $2";

    // In the order in which pushes take them, so that neither waits for the other in a circle.
    const string HoldBlobsSql = """
        SELECT digest FROM repository_blob
        WHERE repository_id = $1 AND digest IN (SELECT target FROM manifest_ref WHERE repository_id = $1 AND parent = $2 AND kind = 0)
        ORDER BY digest FOR UPDATE
        """;

    const string EndBlobUsesSql = """
        UPDATE repository_blob SET uses = uses - 1, touched_at = db_now()
        WHERE repository_id = $1 AND digest IN (SELECT target FROM manifest_ref WHERE repository_id = $1 AND parent = $2 AND kind = 0)
        """;

    // Their age as untagged counts from here.
    const string TouchChildrenSql = """
        UPDATE manifest SET touched_at = db_now()
        WHERE repository_id = $1 AND digest IN (
            SELECT COALESCE(a.digest, r.target) FROM manifest_ref r LEFT JOIN digest_alias a ON a.alias = r.target
            WHERE r.repository_id = $1 AND r.parent = $2 AND r.kind = 1)
        """;

    // By manifest_by_subject: their age as dangling counts from here.
    const string TouchReferrersSql = "UPDATE manifest SET touched_at = db_now() WHERE repository_id = $1 AND subject = $2";

    const string DeleteRefsSql = "DELETE FROM manifest_ref WHERE repository_id = $1 AND parent = $2";

    /// <summary>False when the repository has no such manifest. Throws TagImmutable.</summary>
    public static async ValueTask<bool> DeleteAsync(CatalogSession tx, long repositoryId, Digest digest)
    {
        var repository = await RepositoryTable.HoldAsync(tx, repositoryId);
        var name = digest.ToArray();
        var blob = await tx.FindAsync(tx.HasRowLocks ? HoldLockedSql : HoldSql, row => row.GetInt64(0), repositoryId, name);
        if (blob == 0)
            return false;
        await TagTable.DeleteOfManifestAsync(tx, repository, name);
        await RemoveAsync(tx, repositoryId, name, blob);
        return true;
    }

    /// <summary>
    /// Removes a manifest that no tag points to; false when somebody else has, who then ended its link as well.
    /// </summary>
    internal static async ValueTask<bool> RemoveAsync(CatalogSession tx, long repository, byte[] digest, long blob)
    {
        if (await tx.ExecuteAsync(DeleteSql, repository, digest) != 1)
            return false;
        if (tx.HasRowLocks)
            await tx.ListAsync(HoldBlobsSql, row => row.IsNull(0), repository, digest);
        await tx.ExecuteAsync(EndBlobUsesSql, repository, digest);
        await tx.ExecuteAsync(TouchChildrenSql, repository, digest);
        foreach (var name in await DigestAliasTable.NamesAsync(tx, new Digest(digest)))
            await tx.ExecuteAsync(TouchReferrersSql, repository, name.Bytes);
        await tx.ExecuteAsync(DeleteRefsSql, repository, digest);
        await BlobTable.ReleaseAsync(tx, blob);
        return true;
    }
}
