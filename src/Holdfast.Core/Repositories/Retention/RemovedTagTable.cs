using System.Text;
using Holdfast.Core.Catalog;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Repositories.Retention;

/// <summary>A tag that retention removed and that can be had back for a while.</summary>
public sealed record RemovedTag(long Id, string Name, Digest Digest, DateTimeOffset PushedAt, DateTimeOffset RemovedAt);

/// <summary>The queries of <c>removed_tag</c>. A removed tag still counts as one of its manifest, which therefore stays.</summary>
public static class RemovedTagTable
{
    // Only what is still as it was when it was judged.
    const string DeleteSql = "DELETE FROM tag WHERE repository_id = $1 AND name = $2 AND digest = $3 AND pushed_at = $4";

    const string InsertSql = """
        INSERT INTO removed_tag (repository_id, name, digest, alias, pushed_at, removed_at) VALUES ($1, $2, $3, $4, $5, db_now())
        """;

    const string Columns = "id, name, digest, pushed_at, removed_at";

    const string ListSql = $"SELECT {Columns} FROM removed_tag WHERE repository_id = $1 AND id > $2 ORDER BY id LIMIT $3";

    const string FindSql = """
        SELECT id, digest, alias FROM removed_tag WHERE repository_id = $1 AND name = $2 ORDER BY id DESC LIMIT 1
        """;

    const string ForgetSql = "DELETE FROM removed_tag WHERE id = $1 RETURNING repository_id, digest";

    const string ExpiredSql = "SELECT id FROM removed_tag WHERE removed_at <= db_now() - $1 ORDER BY removed_at LIMIT $2";

    const string ExpiredLockedSql = $"{ExpiredSql} FOR UPDATE SKIP LOCKED";

    const string HasTagSql = "SELECT 1 FROM tag WHERE repository_id = $1 AND name = $2";

    const string UncountSql = "UPDATE manifest SET tags = tags - 1, touched_at = db_now() WHERE repository_id = $1 AND digest = $2";

    /// <summary>False when the tag has changed since it was judged.</summary>
    internal static async ValueTask<bool> RemoveAsync(CatalogSession tx, long repository, RetainedTag tag)
    {
        var name = Encoding.ASCII.GetBytes(tag.Name);
        if (await tx.ExecuteAsync(DeleteSql, repository, name, tag.Digest, tag.PushedAt) != 1)
            return false;
        await tx.ExecuteAsync(InsertSql, repository, name, tag.Digest, tag.Alias, tag.PushedAt);
        return true;
    }

    /// <summary>In the order they were removed.</summary>
    public static ValueTask<List<RemovedTag>> ListAsync(CatalogSession tx, long repository, long after, int limit) =>
        tx.ListAsync(ListSql, Map, repository, after, (long)limit);

    /// <summary>
    /// Sets the tag as it was when it was removed last. Throws NoSuchManifest when it was not, or too long ago, and ContentInUse while
    /// there is a tag of this name.
    /// </summary>
    public static async ValueTask<Digest> RestoreAsync(CatalogSession tx, long repositoryId, TagName tag)
    {
        var repository = await RepositoryTable.LockAsync(tx, repositoryId);
        var name = Encoding.ASCII.GetBytes(tag.ToString());
        var found = await tx.FindAsync(
            FindSql,
            row => ((long Id, byte[] Digest, byte[]? Alias)?)(row.GetInt64(0), row.GetBytes(1), row.FindBytes(2)),
            repositoryId,
            name);
        if (found is not { } removed)
            throw new StoreException(StoreError.NoSuchManifest, $"the tag {tag} was not removed, or too long ago to have it back");
        if (await tx.FindAsync(HasTagSql, row => row.GetInt64(0), repositoryId, name) != 0)
            throw new StoreException(StoreError.ContentInUse, $"there is a tag {tag}: delete it first");
        var digest = new Digest(removed.Digest);
        var shown = removed.Alias is null ? new ContentName(digest) : ContentName.FromBytes(removed.Alias);
        await TagTable.PointAsync(tx, repository, tag, digest, shown);
        await ForgetAsync(tx, removed.Id);
        return digest;
    }

    /// <summary>Forgets those that were removed longer ago than the window; false when there are none.</summary>
    internal static async ValueTask<bool> ExpireAsync(CatalogSession tx, TimeSpan window, int limit)
    {
        var sql = tx.HasRowLocks ? ExpiredLockedSql : ExpiredSql;
        var expired = await tx.ListAsync(sql, row => row.GetInt64(0), CatalogTime.ToMicros(window), (long)limit);
        foreach (var id in expired)
            await ForgetAsync(tx, id);
        return expired.Count > 0;
    }

    static async ValueTask ForgetAsync(CatalogSession tx, long id)
    {
        var gone = await tx.FindAsync(ForgetSql, row => ((long Repository, byte[] Digest)?)(row.GetInt64(0), row.GetBytes(1)), id);
        if (gone is var (repository, digest))
            await tx.ExecuteAsync(UncountSql, repository, digest);
    }

    static RemovedTag Map(CatalogRow row) => new(
        row.GetInt64(0),
        Encoding.ASCII.GetString(row.GetSpan(1)),
        new Digest(row.GetSpan(2)),
        CatalogTime.FromMicros(row.GetInt64(3)),
        CatalogTime.FromMicros(row.GetInt64(4)));
}
