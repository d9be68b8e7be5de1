using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Repositories;

/// <summary>
/// The queries of <c>repository_blob</c>: the links of a repository to content. A row holds one link to a blob or composite and counts the
/// manifests of the repository that name it (<c>uses</c>); at none it waits for collection.
/// </summary>
public static class RepositoryBlobTable
{
    const string Columns = """
        l.size, l.blob_id, l.composite_id, l.digest, b.location, b.damaged_at
        FROM repository_blob l LEFT JOIN blob b ON b.id = l.blob_id
        """;

    const string FindSql = $"SELECT {Columns} WHERE l.repository_id = $1 AND l.digest = $2";

    // By repository_blob_by_digest. What is in a repository of the caller's, or in one of the organization that everybody may read.
    const string FindReadableSql = $"""
        SELECT {Columns} JOIN repository r ON r.id = l.repository_id
        WHERE l.digest = $1 AND (r.organization_id = $2 AND (r.is_public = 1 OR r.owner = $3 OR $4 = 1)) LIMIT 1
        """;

    const string InsertSql = """
        INSERT INTO repository_blob (repository_id, digest, blob_id, composite_id, size, uses, touched_at)
        VALUES ($1, $2, $3, $4, $5, 0, db_now()) ON CONFLICT (repository_id, digest) DO NOTHING
        """;

    const string TouchSql = "UPDATE repository_blob SET touched_at = db_now() WHERE repository_id = $1 AND digest = $2";

    const string RenewSql = $"""
        {TouchSql} AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.id = repository_blob.blob_id AND b.damaged_at IS NOT NULL)
        """;

    const string UseSql = "UPDATE repository_blob SET uses = uses + 1, touched_at = db_now() WHERE repository_id = $1 AND digest = $2";

    const string EndUseSql = "UPDATE repository_blob SET uses = uses - 1, touched_at = db_now() WHERE repository_id = $1 AND digest = $2";

    const string DeleteSql = """
        DELETE FROM repository_blob WHERE repository_id = $1 AND digest = $2 AND uses = 0 RETURNING blob_id, composite_id
        """;

    /// <summary>The content behind the link; null when the repository has none of this digest.</summary>
    public static ValueTask<ContentRef?> FindAsync(CatalogSession tx, long repository, Digest digest) =>
        tx.FindAsync(FindSql, Map, repository, digest.ToArray());

    /// <summary>
    /// The content behind any link of the organization that this owner may read (promise 5: knowing a digest is not enough).
    /// </summary>
    public static ValueTask<ContentRef?> FindReadableAsync(
        CatalogSession tx, Digest digest, long organization, string owner, bool seesAll) =>
        tx.FindAsync(FindReadableSql, Map, digest.ToArray(), organization, owner, seesAll ? 1L : 0L);

    /// <summary>
    /// Makes an existing link young again, so that collection leaves it to the manifest that comes; false when there is none.
    /// </summary>
    public static async ValueTask<bool> TouchAsync(CatalogSession tx, long repository, Digest digest) =>
        await tx.ExecuteAsync(TouchSql, repository, digest.ToArray()) == 1;

    /// <summary>Like <see cref="TouchAsync"/>; false as well when the content is damaged, so that fresh bytes are of use.</summary>
    internal static async ValueTask<bool> RenewAsync(CatalogSession tx, long repository, Digest digest) =>
        await tx.ExecuteAsync(RenewSql, repository, digest.ToArray()) == 1;

    /// <summary>
    /// Takes over the link that the caller holds on <paramref name="content"/>; false when the repository has one already, and the caller
    /// ends its own.
    /// </summary>
    public static async ValueTask<bool> InsertAsync(CatalogSession tx, long repository, ContentRef content) => await tx.ExecuteAsync(
        InsertSql, repository, content.Digest!.Value.ToArray(), content.BlobId, content.CompositeId, content.Size) == 1;

    /// <summary>One more manifest names the content; false when the repository does not have it.</summary>
    internal static async ValueTask<bool> UseAsync(CatalogSession tx, long repository, Digest digest) =>
        await tx.ExecuteAsync(UseSql, repository, digest.ToArray()) == 1;

    internal static ValueTask<int> EndUseAsync(CatalogSession tx, long repository, byte[] digest) =>
        tx.ExecuteAsync(EndUseSql, repository, digest);

    /// <summary>Ends the link. Throws NoSuchBlob, and ContentInUse while a manifest names the content.</summary>
    public static async ValueTask DeleteAsync(CatalogSession tx, long repository, Digest digest)
    {
        var gone = await tx.FindAsync(DeleteSql, row => (Gone?)new Gone(row.FindInt64(0), row.FindInt64(1)), repository, digest.ToArray());
        if (gone is not null)
        {
            await ReleaseAsync(tx, gone);
            return;
        }
        throw await FindAsync(tx, repository, digest) is null
            ? new StoreException(StoreError.NoSuchBlob, $"the repository has no blob {digest}")
            : new StoreException(StoreError.ContentInUse, $"a manifest of the repository names {digest}: delete the manifest first")
            {
                Headers = [new("Allow", "GET, HEAD")],
            };
    }

    internal static async ValueTask ReleaseAsync(CatalogSession tx, Gone link)
    {
        if (link.BlobId is { } blob)
            await BlobTable.ReleaseAsync(tx, blob);
        if (link.CompositeId is { } composite)
            await CompositeTable.ReleaseAsync(tx, composite);
    }

    static ContentRef Map(CatalogRow row) => new(
        row.GetInt64(0),
        row.FindInt64(1),
        row.FindInt64(2),
        new Digest(row.GetSpan(3)),
        row.FindString(4),
        !row.IsNull(5),
        null,
        0);

    /// <summary>What a link that ended had kept.</summary>
    internal sealed record Gone(long? BlobId, long? CompositeId);
}
