using Holdfast.Core.Access;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;
using Holdfast.Protocol.S3.Tagging;

namespace Holdfast.Server.S3.Objects;

/// <summary>The headers that say how an object is to be written, read once; shared by put, copy and multipart create.</summary>
static class PutRequest
{
    static readonly string[] StorageClasses =
    [
        "STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE", "GLACIER_IR",
    ];

    /// <summary>
    /// Refuses what belongs to another request: a new version has the id it gets, a part belongs to an upload, and appending is not there.
    /// </summary>
    public static void RefuseWhatIsNotItsOwn(S3Call call)
    {
        if (call.Query.Has("versionId"))
            throw new StoreException(StoreError.InvalidArgument, "This operation does not accept a version-id.")
            {
                Details = [new("ArgumentName", "versionId"), new("ArgumentValue", call.Query.Find("versionId") ?? "")],
            };
        if (call.Query.Has("partNumber"))
            throw new StoreException(StoreError.InvalidArgument, "This operation does not accept part-number.")
            {
                Details = [new("ArgumentName", "partNumber"), new("ArgumentValue", call.Query.Find("partNumber") ?? "")],
            };
        if (call.Header("x-amz-write-offset-bytes") is not null)
            throw new StoreException(StoreError.NotImplemented, "x-amz-write-offset-bytes is not implemented: objects are written whole");
    }

    /// <summary>
    /// Refuses what would be stored otherwise than asked: other storage classes are taken and kept as STANDARD, encryption and locks are
    /// not there yet.
    /// </summary>
    public static void RefuseWhatIsNotThere(S3Call call)
    {
        if (call.Header("x-amz-storage-class") is { } storage && !StorageClasses.Contains(storage))
            throw new StoreException(StoreError.InvalidStorageClass, "The storage class you specified is not valid");
        RefuseEncryption(call);
        foreach (var header in (ReadOnlySpan<string>)
            ["x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold"])
        {
            if (call.Header(header) is not null)
                throw new StoreException(StoreError.InvalidRequest, "Bucket is missing Object Lock Configuration");
        }
        RefuseGrants(call);
    }

    /// <summary>Only canned ACLs are there: a grant is never taken and ignored.</summary>
    public static void RefuseGrants(S3Call call)
    {
        foreach (var grant in (ReadOnlySpan<string>)
            ["x-amz-grant-read", "x-amz-grant-write", "x-amz-grant-read-acp", "x-amz-grant-write-acp", "x-amz-grant-full-control"])
        {
            if (call.Header(grant) is not null)
                throw new StoreException(StoreError.NotImplemented, $"{grant} is not implemented: use x-amz-acl with a canned ACL");
        }
    }

    static void RefuseEncryption(S3Call call)
    {
        if (call.Header("x-amz-server-side-encryption") is { } algorithm)
        {
            if (algorithm is not ("AES256" or "aws:kms" or "aws:kms:dsse"))
                throw new StoreException(StoreError.InvalidEncryptionAlgorithm, "The encryption request that you specified is not valid");
            throw new StoreException(StoreError.NotImplemented, $"server-side encryption with {algorithm} is not implemented");
        }
        if (call.Header("x-amz-server-side-encryption-customer-algorithm") is not null)
            throw new StoreException(StoreError.NotImplemented, "server-side encryption with customer keys is not implemented");
    }

    /// <summary>
    /// The canned ACL of <c>x-amz-acl</c>; private when none is sent. Bucket-owner forms add nothing here: the bucket owner reads all.
    /// </summary>
    public static CannedAcl Acl(S3Call call) => call.Header("x-amz-acl") switch
    {
        null or "private" or "bucket-owner-read" or "bucket-owner-full-control" or "aws-exec-read" or "log-delivery-write" =>
            CannedAcl.Private,
        "public-read" => CannedAcl.PublicRead,
        "public-read-write" => CannedAcl.PublicReadWrite,
        "authenticated-read" => CannedAcl.AuthenticatedRead,
        var other => throw new StoreException(StoreError.InvalidArgument, "Invalid canned ACL")
        {
            Details = [new("ArgumentName", "x-amz-acl"), new("ArgumentValue", other)],
        },
    };

    public static IReadOnlyList<KeyValuePair<string, string>> Tags(S3Call call) =>
        TagSet.Pairs(TaggingHeader.Parse(call.TextHeader("x-amz-tagging")));

    /// <summary>If-Match and If-None-Match of a write.</summary>
    public static ObjectCondition Condition(S3Call call)
    {
        var parsed = WriteCondition.Parse(call.Header("If-Match"), call.Header("If-None-Match"));
        return parsed.Kind switch
        {
            WriteConditionKind.None => ObjectCondition.None,
            WriteConditionKind.MustNotExist => new ObjectCondition { MustNotExist = true },
            WriteConditionKind.MustExist => new ObjectCondition { ETag = "*" },
            _ => new ObjectCondition { ETag = parsed.ETag },
        };
    }

    /// <summary>Refuses a write whose condition fails already, before its body is read; it is judged again at the commit.</summary>
    public static async ValueTask CheckEarlyAsync(S3Call call, ObjectCondition condition)
    {
        if (condition.IsNone)
            return;
        var (bucket, key) = (call.Bucket.Id, call.Key);
        condition.Check(await call.Store.Catalog.ReadAsync(tx => ObjectTable.FindAsync(tx, bucket, key, VersionRef.Current), call.Aborted));
    }
}
