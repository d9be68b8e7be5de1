using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3;
using Holdfast.Protocol.S3.Xml;
using Holdfast.Server.Hosting.Target;
using Holdfast.Server.S3.Objects;

namespace Holdfast.Server.S3.Buckets;

/// <summary>CreateBucket (S3 API reference). As in us-east-1, creating one's own bucket again answers 200.</summary>
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
        var acl = PutRequest.Acl(call);
        var created = await call.Store.Catalog.WriteAsync(
            tx => BucketTable.CreateAsync(tx, name, call.Who.OrganizationId, call.Who.Id, acl, TagSet.Pairs(body.Tags)),
            call.Aborted);
        if (created is null)
            await RefuseOthersAsync(call, name);
        call.Http.Response.Headers.Location = $"/{name}";
        call.Http.Response.ContentLength = 0;
    }

    static void RefuseOtherRegion(S3Call call, string? wanted)
    {
        if (wanted is null or "" || wanted == call.Store.Options.Region)
            return;
        throw new StoreException(
            StoreError.InvalidLocationConstraint,
            $"The {wanted} location constraint is incompatible for the region specific endpoint this request was sent to: this server's region is "
            + $"{call.Store.Options.Region}.");
    }

    static void RefuseObjectLock(S3Call call)
    {
        if (call.Header("x-amz-bucket-object-lock-enabled") is { } text && text.Equals("true", StringComparison.OrdinalIgnoreCase))
            throw new StoreException(StoreError.NotImplemented, "Object Lock is not implemented");
    }

    static async Task RefuseOthersAsync(S3Call call, string name)
    {
        var existing = await call.Store.Catalog.ReadAsync(tx => BucketTable.FindAsync(tx, name), call.Aborted);
        if (existing is null || existing.Owner != call.Who.Id)
        {
            throw new StoreException(
                StoreError.BucketAlreadyExists,
                "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Select a different name and try again.")
            {
                Details = [new("BucketName", name)],
            };
        }
    }
}
