using Holdfast.Core.Access;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3;
using Holdfast.Protocol.S3.Xml;
using Holdfast.Server.Hosting.Target;
using Holdfast.Server.S3.Objects;

namespace Holdfast.Server.S3.Buckets;

/// <summary>
/// CreateBucket (S3 API reference). As in us-east-1, creating one's own bucket again answers 200 and sets the ACL that is sent.
/// </summary>
static class CreateBucket
{
    public static async Task HandleAsync(S3Call call)
    {
        var name = BucketName.Parse(call.Target.Bucket!).ToString();
        if (TargetParser.IsReserved(name))
            throw new StoreException(StoreError.InvalidBucketName, $"The specified bucket is not valid: the name {name} is reserved");
        var body = CreateBucketBody.Parse(await S3Body.ReadXmlAsync(call));
        RefuseOtherRegion(call, body.LocationConstraint);
        RefuseObjectLock(call);
        RefuseOtherOwnership(call);
        PutRequest.RefuseGrants(call);
        var acl = PutRequest.Acl(call);
        var created = await call.Store.Catalog.WriteAsync(
            tx => BucketTable.CreateAsync(tx, name, call.Who.OrganizationId, call.Who.Id, acl, TagSet.Pairs(body.Tags)),
            call.Aborted);
        if (created is null)
            await ResetAclAsync(call, await FindOwnAsync(call, name), acl);
        call.Http.Response.Headers.Location = $"{call.Target.Mount}/{name}";
        call.Http.Response.ContentLength = 0;
    }

    static void RefuseOtherRegion(S3Call call, string? wanted)
    {
        if (wanted is null or "" || wanted == call.Store.Options.Region)
            return;
        throw new StoreException(
            StoreError.InvalidLocationConstraint,
            $"The {wanted} location constraint is incompatible for the region specific endpoint this request was sent to: this "
            + $"server's region is {call.Store.Options.Region}.");
    }

    static void RefuseObjectLock(S3Call call)
    {
        if (call.Header("x-amz-bucket-object-lock-enabled") is { } text && text.Equals("true", StringComparison.OrdinalIgnoreCase))
            throw new StoreException(StoreError.NotImplemented, "Object Lock is not implemented");
    }

    // An object belongs to whom wrote it, and ACLs are in effect: ObjectWriter (S3 user guide, "Controlling ownership of objects").
    static void RefuseOtherOwnership(S3Call call)
    {
        switch (call.Header("x-amz-object-ownership"))
        {
            case null or "ObjectWriter":
                return;
            case "BucketOwnerEnforced" or "BucketOwnerPreferred":
                throw new StoreException(StoreError.NotImplemented, "of the object ownerships only ObjectWriter is implemented");
            case var other:
                throw new StoreException(StoreError.InvalidArgument, "Invalid x-amz-object-ownership header")
                {
                    Details = [new("ArgumentName", "x-amz-object-ownership"), new("ArgumentValue", other)],
                };
        }
    }

    static async ValueTask<Bucket> FindOwnAsync(S3Call call, string name)
    {
        var existing = await call.Store.Catalog.ReadAsync(tx => BucketTable.FindAsync(tx, name), call.Aborted);
        if (existing is not null && existing.Owner == call.Who.Id)
            return existing;
        throw new StoreException(
            StoreError.BucketAlreadyExists,
            "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Select a "
            + "different name and try again.")
        {
            Details = [new("BucketName", name)],
        };
    }

    // S3 API reference, CreateBucket, BucketAlreadyOwnedByYou: in us-east-1 S3 "resets the bucket access control lists".
    static async ValueTask ResetAclAsync(S3Call call, Bucket existing, CannedAcl acl)
    {
        if (call.Header("x-amz-acl") is null || existing.Acl == acl)
            return;
        await call.Store.Catalog.WriteAsync(
            async tx =>
            {
                await BucketTable.SetAclAsync(tx, existing.Id, acl);
                return true;
            },
            call.Aborted);
    }
}
