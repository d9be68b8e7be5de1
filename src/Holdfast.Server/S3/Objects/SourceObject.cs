using Holdfast.Core.Access;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;
using Holdfast.Protocol.S3;

namespace Holdfast.Server.S3.Objects;

/// <summary>The object that <c>x-amz-copy-source</c> names, found and readable by the caller.</summary>
sealed record SourceObject(ObjectVersion Version, bool IsCurrent, BucketVersioning Versioning)
{
    /// <summary>
    /// Throws InvalidArgument, NoSuchBucket, NoSuchKey, NoSuchVersion, AccessDenied, or InvalidRequest for a delete marker.
    /// </summary>
    public static async ValueTask<SourceObject> FindAsync(S3Call call)
    {
        var named = CopySource.Parse(call.TextHeader("x-amz-copy-source")!);
        var (bucketName, key) = (named.Bucket.ToString(), named.Key);
        var wanted = named.Version is { } id ? VersionRef.Of(id) : VersionRef.Current;
        var (bucket, version) = await call.Store.Catalog.ReadAsync(
            async tx =>
            {
                var found = await BucketTable.FindAsync(tx, bucketName);
                return (found, found is null ? null : await ObjectTable.FindAsync(tx, found.Id, key, wanted));
            },
            call.Aborted);
        if (bucket is null)
            throw new StoreException(StoreError.NoSuchBucket, "The specified bucket does not exist")
            {
                Details = [new("BucketName", bucketName)],
            };
        RequireExpectedOwner(call, bucket);
        RequireReadable(call, bucket, version);
        if (version is null)
            throw Absent(wanted, key);
        if (version.IsMarker && wanted.IsCurrent)
            throw new StoreException(StoreError.NoSuchKey, "The specified key does not exist.") { Details = [new("Key", key.ToString())] };
        if (version.IsMarker)
            throw new StoreException(
                StoreError.InvalidRequest, "The source of a copy request may not specifically refer to a delete marker by version id.");
        return new SourceObject(version, wanted.IsCurrent, bucket.Versioning);
    }

    /// <summary>S3 API reference, CopyObject: a larger source is copied in parts.</summary>
    public void RefuseTooLarge()
    {
        const long maxBytes = 5L << 30;
        if (Version.Size > maxBytes)
        {
            throw new StoreException(
                StoreError.InvalidRequest,
                $"The specified copy source is larger than the maximum allowable size for a copy source: {maxBytes}");
        }
    }

    static void RequireExpectedOwner(S3Call call, Bucket bucket)
    {
        if (call.Header("x-amz-source-expected-bucket-owner") is { } expected && expected != bucket.Owner)
        {
            throw new StoreException(
                StoreError.AccessDenied,
                "Access Denied: the source bucket is not owned by the account in x-amz-source-expected-bucket-owner");
        }
    }

    static void RequireReadable(S3Call call, Bucket bucket, ObjectVersion? version)
    {
        var resource = new Resource(bucket.Owner, bucket.OrganizationId, bucket.Acl, version?.Owner, version?.Acl ?? CannedAcl.Private);
        var mayRead = call.Store.Policy.Decide(call.Who, Right.ReadObject, resource).IsAllowed;
        if (!mayRead && (version is not null || !call.Store.Policy.Decide(call.Who, Right.ListObjects, resource).IsAllowed))
            throw call.Denied();
    }

    static StoreException Absent(VersionRef wanted, ObjectKey key) => wanted.IsCurrent
        ? new StoreException(StoreError.NoSuchKey, "The specified key does not exist.") { Details = [new("Key", key.ToString())] }
        : new StoreException(StoreError.NoSuchVersion, "The specified version does not exist.");

    /// <summary>The conditions on the source; every failure is 412 (S3 API reference, CopyObject).</summary>
    public void CheckConditions(S3Call call)
    {
        var conditions = Conditions.ReadCopySource(call.Header);
        if (conditions.EvaluateCopySource(Version.ETag.ToString(), Version.CreatedAt) != ConditionResult.Proceed)
            throw new StoreException(StoreError.PreconditionFailed, "At least one of the pre-conditions you specified did not hold");
    }

    public void WriteVersion(HttpResponse response)
    {
        if (Versioning != BucketVersioning.Unversioned)
            response.Headers["x-amz-copy-source-version-id"] = Version.VersionId;
    }
}
