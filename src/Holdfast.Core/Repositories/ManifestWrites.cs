using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Core.Objects;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Repositories;

/// <summary>
/// Puts manifests. A manifest makes no links to content: what it names must be linked in its repository already (promise 5), and is kept
/// from collection by being counted as used.
/// </summary>
public static class ManifestWrites
{
    internal const long BlobRef = 0;
    internal const long ManifestRef = 1;

    // The row is the lock of its digest: a second writer waits here until the first has counted its references.
    const string InsertSql = """
        INSERT INTO manifest
            (repository_id, digest, blob_id, size, media_type, artifact_type, subject, annotations, pushed_at, pulled_at, tags, touched_at)
        VALUES ($1, $2, 0, $3, $4, $5, $6, $7, db_now(), 0, 0, db_now())
        ON CONFLICT (repository_id, digest) DO UPDATE SET touched_at = db_now()
        RETURNING blob_id
        """;

    const string SetBlobSql = "UPDATE manifest SET blob_id = $3 WHERE repository_id = $1 AND digest = $2";

    const string SetMediaTypeSql = """
        UPDATE manifest SET media_type = $3, artifact_type = $4, pushed_at = db_now() WHERE repository_id = $1 AND digest = $2
        """;

    const string InsertRefSql = "INSERT INTO manifest_ref (repository_id, parent, kind, target) VALUES ($1, $2, $3, $4)";

    // Collection judges the row it deletes once more: one that an index has just named is left alone.
    const string TouchChildSql = "UPDATE manifest SET touched_at = db_now() WHERE repository_id = $1 AND digest = $2";

    /// <summary>
    /// Makes the manifest part of the repository and points the tags to it; <paramref name="blob"/> takes a link to its bytes. Throws
    /// ManifestBlobUnknown and TagImmutable.
    /// </summary>
    /// <param name="mayLackChildren">Whether an index may name manifests that are not there (sparse indexes).</param>
    public static async ValueTask PutAsync(
        CatalogSession tx,
        long repositoryId,
        NewManifest manifest,
        IReadOnlyList<TagName> tags,
        bool mayLackChildren,
        Func<ValueTask<long>> blob)
    {
        var repository = await RepositoryTable.HoldAsync(tx, repositoryId);
        await DigestAliasTable.AddAsync(tx, manifest.Name, manifest.Digest);
        var digest = manifest.Digest.ToArray();
        var document = manifest.Document;
        var known = await tx.FindAsync(
            InsertSql,
            row => row.GetInt64(0),
            repositoryId,
            digest,
            manifest.Size,
            document.MediaType,
            document.ArtifactType,
            document.Subject?.Bytes,
            document.Subject is null ? null : Pairs.Encode(document.ListedAnnotations));
        if (known == 0)
        {
            await UseBlobsAsync(tx, repositoryId, digest, document);
            await NameChildrenAsync(tx, repositoryId, digest, document.Children, mayLackChildren);
            await tx.ExecuteAsync(SetBlobSql, repositoryId, digest, await blob());
        }
        else
        {
            // The same bytes may be pushed again as another type, which counts from then on.
            await tx.ExecuteAsync(SetMediaTypeSql, repositoryId, digest, document.MediaType, document.ArtifactType);
            // Fresh bytes heal what was found damaged; the row has its link already.
            if (await BlobTable.FindAsync(tx, known) is { IsDamaged: true })
                await BlobTable.ReleaseAsync(tx, await blob());
        }
        foreach (var tag in tags)
            await TagTable.PointAsync(tx, repository, tag, manifest.Digest, manifest.Name);
    }

    // In the order of their digests, so that writers of manifests that share content do not wait for each other in a circle.
    static async ValueTask UseBlobsAsync(CatalogSession tx, long repository, byte[] parent, ManifestDocument document)
    {
        // Whether the repository must have it: what lies elsewhere may be here all the same, and is kept then.
        var targets = new SortedDictionary<Digest, bool>();
        foreach (var name in document.BlobsElsewhere)
        {
            if (await DigestAliasTable.ResolveAsync(tx, name) is { } target)
                targets[target] = false;
        }
        foreach (var name in document.Blobs)
            targets[await DigestAliasTable.ResolveAsync(tx, name) ?? throw Unknown(name)] = true;
        foreach (var (target, isNeeded) in targets)
        {
            if (await RepositoryBlobTable.UseAsync(tx, repository, target))
                await tx.ExecuteAsync(InsertRefSql, repository, parent, BlobRef, target.ToArray());
            else if (isNeeded)
                throw Unknown(new ContentName(target));
        }
    }

    static async ValueTask NameChildrenAsync(
        CatalogSession tx, long repository, byte[] parent, IReadOnlyList<ContentName> children, bool mayLackChildren)
    {
        var targets = new SortedDictionary<string, ContentName>(StringComparer.Ordinal);
        foreach (var name in children)
        {
            var target = await DigestAliasTable.ResolveAsync(tx, name) is { } digest ? new ContentName(digest) : name;
            targets[target.ToString()] = target;
        }
        foreach (var (_, target) in targets)
        {
            var isThere = !target.IsSha512 && await tx.ExecuteAsync(TouchChildSql, repository, target.Bytes) == 1;
            if (!isThere && !mayLackChildren)
                throw Unknown(target);
            await tx.ExecuteAsync(InsertRefSql, repository, parent, ManifestRef, target.Bytes);
        }
    }

    static StoreException Unknown(ContentName name) =>
        new(StoreError.ManifestBlobUnknown, $"the manifest names {name}, which this repository does not have: push it first")
        {
            Details = [new("digest", name.ToString())],
        };
}

/// <summary>A manifest to put: what the client called it, what it is, and what was read from its bytes.</summary>
public sealed record NewManifest(ContentName Name, Digest Digest, long Size, ManifestDocument Document);
