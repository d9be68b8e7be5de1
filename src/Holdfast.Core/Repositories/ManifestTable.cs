using System.Text;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Core.Objects;
using Holdfast.Protocol;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Repositories;

/// <summary>The look-ups of <c>manifest</c>. Changes are in <see cref="ManifestWrites"/> and <see cref="ManifestDeletion"/>.</summary>
public static class ManifestTable
{
    const string Columns = """
        m.digest, m.media_type, m.artifact_type, m.subject, m.pushed_at, m.size, m.blob_id, b.location, b.damaged_at, s.sum, s.bytes
        """;

    const string Joins = "JOIN blob b ON b.id = m.blob_id LEFT JOIN small_blob s ON s.id = m.blob_id";

    const string FindSql = $"SELECT {Columns} FROM manifest m {Joins} WHERE m.repository_id = $1 AND m.digest = $2";

    const string FindByTagSql = $"""
        SELECT {Columns}, t.alias FROM tag t JOIN manifest m ON m.repository_id = t.repository_id AND m.digest = t.digest {Joins}
        WHERE t.repository_id = $1 AND t.name = $2
        """;

    const string ReferrersSql = """
        SELECT digest, media_type, size, artifact_type, annotations FROM manifest
        WHERE repository_id = $1 AND subject = $2 AND digest > $3 ORDER BY digest LIMIT $4
        """;

    /// <summary>The manifest with its bytes when they are short, so that a GET is one look-up; null when there is none.</summary>
    public static ValueTask<Manifest?> FindAsync(CatalogSession tx, long repository, Digest digest) =>
        tx.FindAsync(FindSql, Map, repository, digest.ToArray());

    /// <summary>Like <see cref="FindAsync(CatalogSession, long, Digest)"/>, of what the tag points to now.</summary>
    public static ValueTask<Manifest?> FindAsync(CatalogSession tx, long repository, TagName tag) =>
        tx.FindAsync(FindByTagSql, MapTagged, repository, Encoding.ASCII.GetBytes(tag.ToString()));

    /// <summary>Like <see cref="FindAsync(CatalogSession, long, Digest)"/>, of whatever a client named.</summary>
    public static async ValueTask<Manifest?> FindAsync(CatalogSession tx, long repository, ManifestReference reference)
    {
        if (reference.Tag is { } tag)
            return await FindAsync(tx, repository, tag);
        var digest = await DigestAliasTable.ResolveAsync(tx, reference.Digest!.Value);
        var found = digest is null ? null : await FindAsync(tx, repository, digest.Value);
        return found is null ? null : found with { Name = reference.Digest.Value };
    }

    /// <summary>Manifests whose subject is exactly this name, in digest order behind <paramref name="after"/>.</summary>
    public static ValueTask<List<Referrer>> ListReferrersAsync(
        CatalogSession tx, long repository, ContentName subject, byte[] after, int limit) =>
        tx.ListAsync(ReferrersSql, MapReferrer, repository, subject.Bytes, after, (long)limit);

    static Referrer MapReferrer(CatalogRow row) => new(
        ContentName.FromBytes(row.GetBytes(0)),
        row.GetString(1),
        row.GetInt64(2),
        row.FindString(3),
        Pairs.Decode(row.FindBytes(4)));

    static Manifest MapTagged(CatalogRow row) =>
        row.IsNull(11) ? Map(row) : Map(row) with { Name = ContentName.FromBytes(row.GetBytes(11)) };

    static Manifest Map(CatalogRow row)
    {
        var digest = new Digest(row.GetSpan(0));
        var content = new ContentRef(
            row.GetInt64(5),
            row.GetInt64(6),
            null,
            digest,
            row.FindString(7),
            !row.IsNull(8),
            row.FindBytes(10),
            row.IsNull(9) ? 0 : (uint)row.GetInt64(9));
        return new Manifest(
            digest,
            new ContentName(digest),
            row.GetString(1),
            row.FindString(2),
            row.IsNull(3) ? null : ContentName.FromBytes(row.GetBytes(3)),
            CatalogTime.FromMicros(row.GetInt64(4)),
            content);
    }
}
