using Holdfast.Protocol.Errors;

namespace Holdfast.Server.S3.Buckets;

/// <summary>
/// Sub-resources that are not there yet: what S3 answers for a bucket where they are not configured (S3 API reference, each Get operation),
/// so that tools which read a bucket's whole configuration work. Setting one is 501.
/// </summary>
static class NotConfigured
{
    /// <summary>Sub-resource, the error of its Get; null where S3 answers an empty document.</summary>
    public static readonly (string SubResource, string Operation, StoreError? Error, string Message)[] OfBuckets =
    [
        ("policy", "GetBucketPolicy", StoreError.NoSuchBucketPolicy, "The bucket policy does not exist"),
        ("policyStatus", "GetBucketPolicyStatus", StoreError.NoSuchBucketPolicy, "The bucket policy does not exist"),
        ("lifecycle", "GetBucketLifecycleConfiguration", StoreError.NoSuchLifecycle, "The lifecycle configuration does not exist"),
        ("cors", "GetBucketCors", StoreError.NoSuchCors, "The CORS configuration does not exist"),
        ("encryption", "GetBucketEncryption", StoreError.NoSuchEncryption, "The server side encryption configuration was not found"),
        ("replication", "GetBucketReplication", StoreError.NoSuchReplication, "The replication configuration was not found"),
        ("object-lock", "GetObjectLockConfiguration", StoreError.NoSuchObjectLock,
            "Object Lock configuration does not exist for this bucket"),
        ("publicAccessBlock", "GetPublicAccessBlock", StoreError.NoSuchPublicAccessBlock,
            "The public access block configuration was not found"),
        ("ownershipControls", "GetBucketOwnershipControls", StoreError.NoSuchOwnershipControls,
            "The bucket ownership controls were not found"),
        ("website", "GetBucketWebsite", StoreError.NoSuchWebsite, "The specified bucket does not have a website configuration"),
        ("notification", "GetBucketNotificationConfiguration", null, "NotificationConfiguration"),
        ("logging", "GetBucketLogging", null, "BucketLoggingStatus"),
        ("accelerate", "GetBucketAccelerateConfiguration", null, "AccelerateConfiguration"),
        ("requestPayment", "GetBucketRequestPayment", null, "RequestPaymentConfiguration"),
    ];

    public static Func<S3Call, Task> Refuse(StoreError error, string message) => call =>
        throw new StoreException(error, message) { Details = [new("BucketName", call.Bucket.Name)] };

    public static Func<S3Call, Task> Empty(string root) => call => S3Answer.XmlAsync(call, (ref xml) =>
    {
        xml.Root(System.Text.Encoding.ASCII.GetBytes(root));
        if (root == "RequestPaymentConfiguration")
            xml.Text("Payer"u8, "BucketOwner");
        xml.Close(System.Text.Encoding.ASCII.GetBytes(root));
    });

    /// <summary>Removing what is not configured succeeds.</summary>
    public static Task DeleteAsync(S3Call call)
    {
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
