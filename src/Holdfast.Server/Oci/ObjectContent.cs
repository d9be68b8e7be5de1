using Holdfast.Core.Access;
using Holdfast.Core.Content;
using Holdfast.Core.Content.Artifacts;
using Holdfast.Core.Repositories;
using Holdfast.Protocol;
using Holdfast.Protocol.Oci;

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

    /// <summary>
    /// Whether a linked blob is the content of objects none of which the caller may read: who may only list a bucket does not get at its
    /// objects because a manifest names them.
    /// </summary>
    public static async ValueTask<bool> IsHiddenAsync(OciCall call, Digest digest)
    {
        if (call.Bucket is not { } bucket)
            return false;
        var all = new Resource(bucket.Owner, bucket.OrganizationId, bucket.Acl, null, CannedAcl.Private);
        if (call.Store.Policy.Decide(call.Who, Right.ManageBucket, all).IsAllowed)
            return false;
        var holdings = await call.Store.Catalog.ReadAsync(tx => BucketContent.ListByContentAsync(tx, bucket.Id, digest), call.Aborted);
        return holdings.Count > 0 && Readable(call, holdings) is null;
    }

    static ObjectHolding? Readable(OciCall call, List<ObjectHolding> holdings) =>
        holdings.Find(one => MayRead(call, call.Who, one) && (HasScope(call) || MayRead(call, Principal.Anonymous, one)));

    static bool MayRead(OciCall call, Principal who, ObjectHolding one) =>
        call.Store.Policy.Decide(who, Right.ReadObject, one.In(call.Bucket!)).IsAllowed;

    // A token opens no more than it names, except what everybody may read.
    static bool HasScope(OciCall call) => call.Caller.HasScope(TokenScope.Repository, call.Name.ToString(), "pull");
}
