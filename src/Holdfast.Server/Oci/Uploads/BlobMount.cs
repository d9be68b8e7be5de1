using Holdfast.Core.Access;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Core.Objects;
using Holdfast.Core.Repositories;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;
using Holdfast.Server.Oci.Auth;

namespace Holdfast.Server.Oci.Uploads;

/// <summary>
/// Links a blob that the caller may read elsewhere, so that it need not be sent (distribution-spec, "Mounting a blob from another
/// repository"). What is not there and what may not be read look the same: an upload is begun (promise 5).
/// </summary>
static class BlobMount
{
    public static async ValueTask<bool> TryAsync(OciCall call, ContentName name)
    {
        var repository = call.Repository.Id;
        if (!call.Query.Has("from"))
            RequireScope(call, Challenge.Anywhere);
        var source = call.Query.Find("from") is { } from ? await SourceAsync(call, from) : null;
        if (source is null && call.Query.Has("from"))
            return false;
        var content = await call.Store.Catalog.ReadAsync(tx => FindAsync(tx, call, source, name), call.Aborted);
        return content is { IsDamaged: false }
            && await call.Store.Catalog.WriteAsync(tx => RepositoryLinks.MountAsync(tx, repository, content, name), call.Aborted);
    }

    /// <summary>Null when there is none that the caller, and the token it sent, may pull from.</summary>
    static async ValueTask<Repository?> SourceAsync(OciCall call, string from)
    {
        if (!RepositoryName.TryParse(from, out var name)
            || await call.Store.Repositories.FindAsync(name.ToString(), call.Aborted) is not { } source)
            return null;
        // Of a bucket each object has its own ACL: whoever may read some of them copies those.
        var isBucket = source.BucketId is not null;
        var what = Resource.OfRepository(source.Owner, source.OrganizationId, source.IsPublic);
        if (!isBucket && !call.Store.Policy.Decide(call.Who, Right.Pull, what).IsAllowed)
            return null;
        if (!isBucket && !source.IsPublic)
            RequireScope(call, new TokenScope(TokenScope.Repository, from, ["pull"]));
        return source;
    }

    /// <summary>
    /// A token opens no more than it was granted, but its owner can ask for more: the challenge names both scopes, and clients that know
    /// what they mount ask for both beforehand. Throws CredentialsMissing.
    /// </summary>
    static void RequireScope(OciCall call, TokenScope wanted)
    {
        if (call.Caller.HasScope(wanted.Type, wanted.Name, wanted.Actions[0]))
            return;
        throw new StoreException(StoreError.CredentialsMissing, $"the token was not granted {wanted}: ask for one that is")
        {
            Headers = [Challenge.Of(call.Http, "insufficient_scope", Challenge.ScopeOf(call), wanted)],
        };
    }

    static async ValueTask<ContentRef?> FindAsync(CatalogSession tx, OciCall call, Repository? source, ContentName name)
    {
        if (await DigestAliasTable.ResolveAsync(tx, name) is not { } digest)
            return null;
        if (source is { BucketId: { } bucket })
            return await OfBucketAsync(tx, call, source, bucket, digest);
        if (source is not null)
            return await RepositoryBlobTable.FindAsync(tx, source.Id, digest);
        var seesAll = call.Who.IsRoot || call.Who.IsOrganizationOwner;
        return await RepositoryBlobTable.FindReadableAsync(tx, digest, call.Who.OrganizationId, call.Who.Id, seesAll)
            ?? await BucketContent.FindReadableAsync(tx, digest, call.Who.OrganizationId, call.Who.Id, seesAll);
    }

    static async ValueTask<ContentRef?> OfBucketAsync(CatalogSession tx, OciCall call, Repository source, long bucketId, Digest digest)
    {
        if (await BucketTable.FindAsync(tx, source.Name.ToString()) is not { } bucket || bucket.Id != bucketId)
            return null;
        var all = new Resource(bucket.Owner, bucket.OrganizationId, bucket.Acl, null, CannedAcl.Private);
        if (call.Store.Policy.Decide(call.Who, Right.Pull, all).IsAllowed
            && call.Store.Policy.Decide(call.Who, Right.ManageBucket, all).IsAllowed
            && await RepositoryBlobTable.FindAsync(tx, source.Id, digest) is { } linked)
        {
            RequireScope(call, new TokenScope(TokenScope.Repository, source.Name.ToString(), ["pull"]));
            return linked;
        }
        var holdings = await BucketContent.ListByContentAsync(tx, bucketId, digest);
        var readable = holdings.Find(one => call.Store.Policy.Decide(call.Who, Right.ReadObject, one.In(bucket)).IsAllowed);
        // Only now: a caller who may not read it is not told that there is anything to ask for.
        if (readable is not null)
            RequireScope(call, new TokenScope(TokenScope.Repository, source.Name.ToString(), ["pull"]));
        return readable?.Content;
    }
}
