using Holdfast.Core.Access;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Server.Hosting.Target;
using Holdfast.Server.S3.Auth;

namespace Holdfast.Server.S3;

/// <summary>
/// What every S3 request passes before its operation: who asks, which bucket, and whether the policy allows it. Nothing of the body is
/// read here, so a refusal comes before "100 Continue".
/// </summary>
public sealed class S3Gate(S3Store store, S3Authentication authentication)
{
    public async Task InvokeAsync(HttpContext context, S3Operation operation, Func<S3Call, Task> handler)
    {
        Protect(context.Response.Headers);
        var call = new S3Call(context, RequestTarget.Of(context), operation, store);
        authentication.Authenticate(call);
        if (call.Target.Bucket is { } bucket && !operation.CreatesBucket)
            await EnterBucketAsync(call, bucket);
        if (!await MayAsync(call))
            throw call.Denied();
        await handler(call);
    }

    // Stored content must never run as part of this origin (design, section 8).
    static void Protect(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "sandbox";
    }

    async ValueTask EnterBucketAsync(S3Call call, string name)
    {
        var bucket = await store.Buckets.FindAsync(name, call.Aborted);
        call.Bucket = bucket ?? throw new StoreException(StoreError.NoSuchBucket, "The specified bucket does not exist")
        {
            Details = [new("BucketName", name)],
        };
        if (call.Header("x-amz-expected-bucket-owner") is { } expected && expected != bucket.Owner)
            throw new StoreException(
                StoreError.AccessDenied, "Access Denied: the bucket is not owned by the account in x-amz-expected-bucket-owner");
    }

    // Most callers are allowed by facts of the bucket; the object's own owner and ACL are looked up only for the others.
    async ValueTask<bool> MayAsync(S3Call call)
    {
        var right = call.Operation.Right;
        if (store.Policy.Decide(call.Who, right, call.ResourceOf(null)).IsAllowed)
            return true;
        if (call.Target.RawKey is null || right is not (Right.ReadObject or Right.ReadAcl or Right.WriteAcl))
            return false;
        var (bucket, key, version) = (call.Bucket.Id, call.Key, call.Version);
        var found = await store.Catalog.ReadAsync(tx => ObjectTable.FindAsync(tx, bucket, key, version), call.Aborted);
        return found is { IsMarker: false }
            ? store.Policy.Decide(call.Who, right, call.ResourceOf(found)).IsAllowed
            : call.May(Right.ListObjects);
    }
}
