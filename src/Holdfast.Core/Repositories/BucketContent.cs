using Holdfast.Core.Access;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Core.Content.Artifacts;
using Holdfast.Core.Objects;
using Holdfast.Protocol;
using Holdfast.Protocol.Hashing;
using Holdfast.Protocol.Oci;
using Holdfast.Protocol.S3;

namespace Holdfast.Core.Repositories;

/// <summary>A version of an object that has certain content, with what the policy asks about it.</summary>
public sealed record ObjectHolding(ObjectKey Key, string Owner, CannedAcl Acl, ContentRef Content)
{
    /// <summary>The resource that the right to read is asked for.</summary>
    public Resource In(Bucket bucket) => new(bucket.Owner, bucket.OrganizationId, bucket.Acl, Owner, Acl);
}

/// <summary>
/// What the objects of a bucket are in the repository that the bucket is (design: "Every S3 object is also an OCI artifact"): their content
/// as blobs, and a manifest for each that is never stored. By digest one gets what one may read as an object, and nothing else.
/// </summary>
public static class BucketContent
{
    // Objects that are looked at for one the caller may read; nearly always the first will do.
    const int MaxHoldings = 100;

    const string Columns = """
        SELECT v.key, v.owner, v.acl, v.size, v.blob_id, v.composite_id, b.location, b.damaged_at, COALESCE(b.digest, c.digest)
        FROM object_version v LEFT JOIN blob b ON b.id = v.blob_id LEFT JOIN composite c ON c.id = v.composite_id
        """;

    // By object_version_by_artifact.
    const string ByArtifactSql = $"{Columns} WHERE v.bucket_id = $1 AND v.artifact = $2 LIMIT $3";

    // By blob_by_digest and object_version_by_blob.
    const string ByBlobSql =
        $"{Columns} WHERE v.bucket_id = $1 AND v.blob_id IN (SELECT id FROM blob WHERE digest = $2 AND state = 0) LIMIT $3";

    // By composite_by_digest and object_version_by_composite.
    const string ByCompositeSql =
        $"{Columns} WHERE v.bucket_id = $1 AND v.composite_id IN (SELECT id FROM composite WHERE digest = $2) LIMIT $3";

    const string AnywhereSql = """
        SELECT v.key, v.owner, v.acl, v.size, v.blob_id, v.composite_id, b.location, b.damaged_at, b.digest
        FROM blob b JOIN object_version v ON v.blob_id = b.id JOIN bucket k ON k.id = v.bucket_id
        WHERE b.digest = $1 AND b.state = 0 AND k.organization_id = $2 AND (k.owner = $3 OR v.owner = $3 OR $4 = 1) LIMIT 1
        """;

    /// <summary>Versions whose content is this blob.</summary>
    public static async ValueTask<List<ObjectHolding>> ListByContentAsync(CatalogSession tx, long bucket, Digest digest)
    {
        var bytes = digest.ToArray();
        var found = await tx.ListAsync(ByBlobSql, Map, bucket, bytes, (long)MaxHoldings);
        return found.Count > 0 ? found : await tx.ListAsync(ByCompositeSql, Map, bucket, bytes, (long)MaxHoldings);
    }

    /// <summary>Versions whose artifact manifest has this digest: they have the same content and the same last segment.</summary>
    public static async ValueTask<List<ObjectHolding>> ListByManifestAsync(CatalogSession tx, long bucket, Digest manifest)
    {
        var found = await tx.ListAsync(ByArtifactSql, Map, bucket, ArtifactManifest.Prefix(manifest), (long)MaxHoldings);
        found.RemoveAll(one => one.Content.Digest is not { } content
            || ArtifactManifest.DigestOf(content, one.Content.Size, one.Key) != manifest);
        return found;
    }

    /// <summary>An object of the organization that this caller may read with this content; null when there is none.</summary>
    public static async ValueTask<ContentRef?> FindReadableAsync(
        CatalogSession tx, Digest digest, long organization, string owner, bool seesAll) =>
        (await tx.FindAsync(AnywhereSql, Map, digest.ToArray(), organization, owner, seesAll ? 1L : 0L))?.Content;

    /// <summary>The manifest of such an object, made anew.</summary>
    public static Manifest ManifestOf(ObjectHolding holding, Digest digest)
    {
        var bytes = ArtifactManifest.Bytes(holding.Content.Digest!.Value, holding.Content.Size, holding.Key);
        var content = InMemory(bytes, digest);
        return new Manifest(digest, new(digest), MediaTypes.OciManifest, ArtifactManifest.ArtifactType, null, default, content);
    }

    /// <summary>The config that all these manifests share, which nobody has to push.</summary>
    public static ContentRef EmptyConfig() => InMemory("{}"u8.ToArray(), ArtifactManifest.EmptyConfig);

    static ContentRef InMemory(byte[] bytes, Digest digest) =>
        new(bytes.Length, null, null, digest, null, false, bytes, Crc32C.Append(0, bytes));

    static ObjectHolding Map(CatalogRow row) => new(
        ObjectKey.FromTrusted(row.GetBytes(0)),
        row.GetString(1),
        (CannedAcl)row.GetInt64(2),
        new ContentRef(
            row.GetInt64(3),
            row.FindInt64(4),
            row.FindInt64(5),
            row.IsNull(8) ? null : new Digest(row.GetSpan(8)),
            row.FindString(6),
            !row.IsNull(7),
            null,
            0));
}
