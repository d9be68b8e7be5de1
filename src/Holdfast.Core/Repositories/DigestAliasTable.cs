using Holdfast.Core.Catalog;
using Holdfast.Protocol;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Repositories;

/// <summary>
/// The queries of <c>digest_alias</c>: SHA-512 digests of content whose SHA-256 is known. A row is true for ever, and says nothing of who
/// has the content: links are looked up by the digest it gives.
/// </summary>
public static class DigestAliasTable
{
    const string AddSql = "INSERT INTO digest_alias (alias, digest) VALUES ($1, $2) ON CONFLICT (alias) DO NOTHING";

    const string FindSql = "SELECT digest FROM digest_alias WHERE alias = $1";

    const string NamesSql = "SELECT alias FROM digest_alias WHERE digest = $1";

    /// <summary>The store's digest of what a client names; null when no content of this SHA-512 was ever received.</summary>
    public static async ValueTask<Digest?> ResolveAsync(CatalogSession tx, ContentName name) =>
        name.Digest ?? await tx.FindAsync(FindSql, row => (Digest?)new Digest(row.GetSpan(0)), name.Bytes);

    /// <summary>Remembers that <paramref name="name"/>, when it is a SHA-512, names this content.</summary>
    public static async ValueTask AddAsync(CatalogSession tx, ContentName name, Digest digest)
    {
        if (name.IsSha512)
            await tx.ExecuteAsync(AddSql, name.Bytes, digest.ToArray());
    }

    /// <summary>All names of the content: its SHA-256, and the SHA-512 when it is known.</summary>
    public static async ValueTask<List<ContentName>> NamesAsync(CatalogSession tx, Digest digest)
    {
        var names = await tx.ListAsync(NamesSql, row => ContentName.FromBytes(row.GetBytes(0)), digest.ToArray());
        names.Insert(0, new ContentName(digest));
        return names;
    }
}
