using Holdfast.Core.Access;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.Acls;
using Holdfast.Protocol.S3.Xml;
using Holdfast.Server.S3.Objects;

namespace Holdfast.Server.S3.Buckets;

/// <summary>
/// Get and Put of bucket and object ACLs (S3 API reference): the canned ones are in effect; others are refused, never ignored.
/// </summary>
static class AccessControl
{
    public static Task GetBucketAsync(S3Call call) => AnswerAsync(call, call.Bucket.Owner, call.Bucket.Acl);

    public static async Task GetObjectAsync(S3Call call)
    {
        var version = await ObjectTagging.FindAsync(call);
        call.Require(Right.ReadAcl, version);
        ObjectAnswer.WriteVersion(call.Http.Response, version, call.Bucket.Versioning);
        await AnswerAsync(call, version.Owner, version.Acl);
    }

    public static async Task PutBucketAsync(S3Call call)
    {
        var acl = await ReadAsync(call, call.Bucket.Owner);
        await call.Store.Catalog.WriteAsync(
            async tx =>
            {
                await BucketTable.SetAclAsync(tx, call.Bucket.Id, acl);
                return true;
            },
            call.Aborted);
    }

    public static async Task PutObjectAsync(S3Call call)
    {
        var version = await ObjectTagging.FindAsync(call);
        call.Require(Right.WriteAcl, version);
        var acl = await ReadAsync(call, version.Owner);
        if (await call.Store.Catalog.WriteAsync(tx => ObjectTable.SetAclAsync(tx, version, acl), call.Aborted) == 0)
            throw new StoreException(StoreError.NoSuchKey, "The specified key does not exist.");
        ObjectAnswer.WriteVersion(call.Http.Response, version, call.Bucket.Versioning);
    }

    static async ValueTask<CannedAcl> ReadAsync(S3Call call, string owner)
    {
        PutRequest.RefuseWhatIsNotThere(call);
        var body = await S3Body.ReadXmlAsync(call);
        if (call.Header("x-amz-acl") is not null && body.Length > 0)
            throw new StoreException(
                StoreError.InvalidRequest, "An ACL is set by x-amz-acl or by an AccessControlPolicy body, not by both");
        if (body.Length > 0)
            return Canned(AccessControlBody.Parse(body), owner, call.Store.Accounts);
        return call.Header("x-amz-acl") is not null
            ? PutRequest.Acl(call)
            : throw new StoreException(
                StoreError.InvalidRequest, "Your request was missing a required header: x-amz-acl, or an AccessControlPolicy body");
    }

    // Kept is only what a Get will show: a canned ACL always has the owner's full control, so a policy without it is refused.
    static CannedAcl Canned(AccessControlBody policy, string owner, Accounts accounts)
    {
        if (policy.OwnerId is { Length: > 0 } named && named != owner)
            throw new StoreException(StoreError.AccessDenied, "Access Denied: the owner of an ACL cannot be changed");
        var (isOwners, reads, writes, knownReads) = (false, false, false, false);
        foreach (var grant in policy.Grants)
        {
            RequireResolvable(grant, owner, accounts);
            switch (grant.Grantee, grant.Permission)
            {
                case (_, AclPermission.FullControl) when grant.Kind == GranteeKind.CanonicalUser && grant.Grantee == owner:
                    isOwners = true;
                    break;
                case (Grant.AllUsers, AclPermission.Read):
                    reads = true;
                    break;
                case (Grant.AllUsers, AclPermission.Write):
                    writes = true;
                    break;
                case (Grant.AuthenticatedUsers, AclPermission.Read):
                    knownReads = true;
                    break;
                default:
                    throw Unsupported();
            }
        }
        return (isOwners, reads, writes, knownReads) switch
        {
            (true, false, false, false) => CannedAcl.Private,
            (true, true, false, false) => CannedAcl.PublicRead,
            (true, true, true, false) => CannedAcl.PublicReadWrite,
            (true, false, false, true) => CannedAcl.AuthenticatedRead,
            _ => throw Unsupported(),
        };
    }

    // Accounts have no e-mail addresses, so none can be resolved.
    static void RequireResolvable(in Grant grant, string owner, Accounts accounts)
    {
        if (grant.Kind == GranteeKind.Email)
            throw new StoreException(StoreError.UnresolvableGrant, "The e-mail address you provided does not match any account on record.");
        if (grant.Kind == GranteeKind.CanonicalUser && grant.Grantee != owner && !accounts.Knows(grant.Grantee))
        {
            throw new StoreException(StoreError.InvalidArgument, "Invalid id")
            {
                Details = [new("ArgumentName", "CanonicalUser/ID"), new("ArgumentValue", grant.Grantee)],
            };
        }
    }

    static StoreException Unsupported() => new(
        StoreError.NotImplemented,
        "only the grants of the canned ACLs private, public-read, public-read-write and authenticated-read are implemented, "
        + "each with the owner's FULL_CONTROL");

    static Task AnswerAsync(S3Call call, string owner, CannedAcl acl) => S3Answer.XmlAsync(call, (ref xml) =>
    {
        xml.Root("AccessControlPolicy"u8);
        OwnerElements.Write(ref xml, "Owner"u8, call.Store.Accounts, owner);
        xml.Open("AccessControlList"u8);
        xml.Open("Grant"u8);
        xml.Open("Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\""u8);
        xml.Text("ID"u8, owner);
        xml.Text("DisplayName"u8, call.Store.Accounts.DisplayNameOf(owner));
        xml.Close("Grantee"u8);
        xml.Text("Permission"u8, "FULL_CONTROL");
        xml.Close("Grant"u8);
        if (acl is CannedAcl.PublicRead or CannedAcl.PublicReadWrite)
            WriteGroup(ref xml, Grant.AllUsers, "READ");
        if (acl == CannedAcl.PublicReadWrite)
            WriteGroup(ref xml, Grant.AllUsers, "WRITE");
        if (acl == CannedAcl.AuthenticatedRead)
            WriteGroup(ref xml, Grant.AuthenticatedUsers, "READ");
        xml.Close("AccessControlList"u8);
        xml.Close("AccessControlPolicy"u8);
    });

    static void WriteGroup(ref S3XmlWriter xml, string uri, string permission)
    {
        xml.Open("Grant"u8);
        xml.Open("Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"Group\""u8);
        xml.Text("URI"u8, uri);
        xml.Close("Grantee"u8);
        xml.Text("Permission"u8, permission);
        xml.Close("Grant"u8);
    }
}
