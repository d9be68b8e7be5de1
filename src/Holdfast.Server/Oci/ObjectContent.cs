using Holdfast.Core.Access;
using Holdfast.Core.Content;
using Holdfast.Core.Content.Artifacts;
using Holdfast.Core.Repositories;
using Holdfast.Protocol;

namespace Holdfast.Server.Oci;

/// <summary>
/// What the objects of a bucket give to the repository that the bucket is, to a caller who may read at least one of them by its ACL
/// (design, "Every S3 object is also an OCI artifact").
/// </summary>
static class ObjectContent
{
    /// <summary>
    /// An object's content, or the config that all their manifests share; null when there is none that the caller may read.
    /// </summary>
    public static async ValueTask<ContentRef?> FindBlobAsync(OciCall call, Digest digest)
    {
        if (call.Bucket is not { } bucket)
            return null;
        if (digest == ArtifactManifest.EmptyConfig)
            return BucketContent.EmptyConfig();
        var holdings = await call.Store.Catalog.ReadAsync(tx => BucketContent.ListByContentAsync(tx, bucket.Id, digest), call.Aborted);
        return Readable(call, holdings)?.Content;
    }

    /// <summary>The manifest of an object; null when there is none that the caller may read.</summary>
    public static async ValueTask<Manifest?> FindManifestAsync(OciCall call, Digest digest)
    {
        if (call.Bucket is not { } bucket)
            return null;
        var holdings = await call.Store.Catalog.ReadAsync(tx => BucketContent.ListByManifestAsync(tx, bucket.Id, digest), call.Aborted);
        return Readable(call, holdings) is { } holding ? BucketContent.ManifestOf(holding, digest) : null;
    }

    static ObjectHolding? Readable(OciCall call, List<ObjectHolding> holdings) =>
        holdings.Find(one => call.Store.Policy.Decide(call.Who, Right.ReadObject, one.In(call.Bucket!)).IsAllowed);
}
