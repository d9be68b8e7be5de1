using System.Text;
using Holdfast.Core.Catalog;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Repositories;

/// <summary>The queries of <c>tag</c>. A manifest counts the tags that point to it.</summary>
public static class TagTable
{
    const string InsertSql = """
        INSERT INTO tag (repository_id, name, digest, alias, created_at, pushed_at) VALUES ($1, $2, $3, $4, db_now(), db_now())
        ON CONFLICT (repository_id, name) DO NOTHING
        """;

    const string FindSql = "SELECT digest FROM tag WHERE repository_id = $1 AND name = $2";

    const string HoldSql = $"{FindSql} FOR UPDATE";

    const string MoveSql = "UPDATE tag SET digest = $3, alias = $4, pushed_at = db_now() WHERE repository_id = $1 AND name = $2";

    const string ListSql = "SELECT name FROM tag WHERE repository_id = $1 AND name > $2 ORDER BY name LIMIT $3";

    const string DeleteSql = "DELETE FROM tag WHERE repository_id = $1 AND name = $2 RETURNING digest";

    const string OfManifestSql = "SELECT name FROM tag WHERE repository_id = $1 AND digest = $2";

    const string DeleteOfManifestSql = "DELETE FROM tag WHERE repository_id = $1 AND digest = $2";

    const string ForgetOfManifestSql = "DELETE FROM removed_tag WHERE repository_id = $1 AND digest = $2";

    const string CountSql = "UPDATE manifest SET tags = tags + $3, touched_at = db_now() WHERE repository_id = $1 AND digest = $2";

    /// <summary>Tags in byte order behind <paramref name="after"/>, which need not be one.</summary>
    public static ValueTask<List<string>> ListAsync(CatalogSession tx, long repository, string after, int limit) =>
        tx.ListAsync(
            ListSql, row => Encoding.ASCII.GetString(row.GetSpan(0)), repository, Encoding.UTF8.GetBytes(after), (long)limit);

    /// <summary>
    /// Points the tag to a manifest of the repository, in whatever order writers come to hold it. A tag set by a SHA-512 goes on being
    /// shown with it (<paramref name="as"/>). Throws TagImmutable when it may not be moved.
    /// </summary>
    internal static async ValueTask PointAsync(CatalogSession tx, Repository repository, TagName tag, Digest digest, ContentName @as)
    {
        var alias = @as.IsSha512 ? @as.Bytes : null;
        var (name, target) = (Encoding.ASCII.GetBytes(tag.ToString()), digest.ToArray());
        while (true)
        {
            if (await tx.ExecuteAsync(InsertSql, repository.Id, name, target, alias) == 1)
            {
                await tx.ExecuteAsync(CountSql, repository.Id, target, 1L);
                return;
            }
            // The row was seen, so another writer can only have moved or deleted it before it is held here.
            var held = await tx.FindAsync(tx.HasRowLocks ? HoldSql : FindSql, row => row.GetBytes(0), repository.Id, name);
            if (held is null)
                continue;
            if (!held.AsSpan().SequenceEqual(target))
            {
                if (repository.IsImmutable(tag))
                    throw Immutable(tag, "moved");
                await tx.ExecuteAsync(CountSql, repository.Id, held, -1L);
                await tx.ExecuteAsync(CountSql, repository.Id, target, 1L);
            }
            await tx.ExecuteAsync(MoveSql, repository.Id, name, target, alias);
            return;
        }
    }

    /// <summary>Deletes the tag alone; its manifest stays. False when there was none. Throws TagImmutable.</summary>
    public static async ValueTask<bool> DeleteAsync(CatalogSession tx, Repository repository, TagName tag)
    {
        if (await tx.FindAsync(DeleteSql, row => row.GetBytes(0), repository.Id, Encoding.ASCII.GetBytes(tag.ToString())) is not { } digest)
            return false;
        if (repository.IsImmutable(tag))
            throw Immutable(tag, "deleted");
        await tx.ExecuteAsync(CountSql, repository.Id, digest, -1L);
        return true;
    }

    /// <summary>Deletes all tags of a manifest that is about to go. Throws TagImmutable when one of them may not be.</summary>
    internal static async ValueTask DeleteOfManifestAsync(CatalogSession tx, Repository repository, byte[] digest)
    {
        if (repository.ImmutableTags.Count > 0)
        {
            var names = await tx.ListAsync(OfManifestSql, row => Encoding.ASCII.GetString(row.GetSpan(0)), repository.Id, digest);
            if (names.FirstOrDefault(name => repository.IsImmutable(TagName.Parse(name))) is { } kept)
                throw Immutable(TagName.Parse(kept), "deleted, nor the manifest it points to");
        }
        await tx.ExecuteAsync(DeleteOfManifestSql, repository.Id, digest);
        await tx.ExecuteAsync(ForgetOfManifestSql, repository.Id, digest);
    }

    static StoreException Immutable(TagName tag, string what) =>
        new(StoreError.TagImmutable, $"the tag {tag} is immutable in this repository: it cannot be {what}");
}
