using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.S3;

/// <summary>The Code element and the HTTP status of a refusal.</summary>
public readonly record struct S3Error(string Code, int Status);

/// <summary>How S3 names each refusal ("Error responses", "List of error codes"; specs/s3.md, rule 15).</summary>
public static class S3Errors
{
    /// <summary>Every value has a row; a value that were forgotten would be an internal error.</summary>
    public static S3Error Of(StoreError error) => error switch
    {
        <= StoreError.AnonymousNotAllowed => OfAccess(error),
        <= StoreError.TooManyBuckets => OfRequest(error),
        <= StoreError.NoSuchInventory => OfAbsence(error),
        _ => OfState(error),
    };

    static S3Error OfAccess(StoreError error) => error switch
    {
        StoreError.CredentialsMissing => new("AccessDenied", 403),
        StoreError.AccessKeyUnknown => new("InvalidAccessKeyId", 403),
        StoreError.SignatureMismatch => new("SignatureDoesNotMatch", 403),
        StoreError.RequestExpired => new("AccessDenied", 403),
        StoreError.RequestTimeSkewed => new("RequestTimeTooSkewed", 403),
        StoreError.AuthorizationHeaderMalformed => new("AuthorizationHeaderMalformed", 400),
        StoreError.AuthorizationQueryMalformed => new("AuthorizationQueryParametersError", 400),
        StoreError.SignatureVersionUnsupported => new("InvalidRequest", 400),
        StoreError.TokenInvalid => new("InvalidToken", 400),
        StoreError.TokenExpired => new("ExpiredToken", 400),
        StoreError.CorsNotAllowed => new("AccessForbidden", 403),
        StoreError.AccessDenied or StoreError.SecureTransportRequired or StoreError.AnonymousNotAllowed => new("AccessDenied", 403),
        _ => Internal,
    };

    static S3Error OfRequest(StoreError error) => error switch
    {
        StoreError.InvalidArgument => new("InvalidArgument", 400),
        StoreError.InvalidRequest => new("InvalidRequest", 400),
        StoreError.InvalidUri => new("InvalidURI", 400),
        StoreError.InvalidBucketName => new("InvalidBucketName", 400),
        StoreError.KeyTooLong => new("KeyTooLongError", 400),
        StoreError.MetadataTooLarge => new("MetadataTooLarge", 400),
        StoreError.RequestHeaderTooLarge => new("RequestHeaderSectionTooLarge", 400),
        StoreError.MalformedXml => new("MalformedXML", 400),
        StoreError.MalformedJson => new("MalformedPolicy", 400),
        StoreError.MalformedAcl => new("MalformedACLError", 400),
        StoreError.UnresolvableGrant => new("UnresolvableGrantByEmailAddress", 400),
        StoreError.OriginMissing => new("BadRequest", 400),
        StoreError.InvalidDigest => new("InvalidDigest", 400),
        StoreError.InvalidTag => new("InvalidTag", 400),
        StoreError.InvalidRange => new("InvalidRange", 416),
        StoreError.InvalidPart => new("InvalidPart", 400),
        StoreError.InvalidPartNumber => new("InvalidPartNumber", 416),
        StoreError.InvalidPartOrder => new("InvalidPartOrder", 400),
        StoreError.InvalidChunkSize => new("InvalidChunkSizeError", 400),
        StoreError.InvalidStorageClass => new("InvalidStorageClass", 400),
        StoreError.InvalidEncryptionAlgorithm => new("InvalidEncryptionAlgorithmError", 400),
        StoreError.InvalidLocationConstraint => new("IllegalLocationConstraintException", 400),
        >= StoreError.InvalidRepositoryName and <= StoreError.TooManyTags => new("InvalidRequest", 400),
        StoreError.EntityTooLarge => new("EntityTooLarge", 400),
        StoreError.EntityTooSmall => new("EntityTooSmall", 400),
        StoreError.LengthRequired => new("MissingContentLength", 411),
        StoreError.IncompleteBody => new("IncompleteBody", 400),
        StoreError.MalformedTrailer => new("MalformedTrailerError", 400),
        StoreError.ChecksumHeaderMissing => new("InvalidRequest", 400),
        StoreError.MethodNotAllowed => new("MethodNotAllowed", 405),
        StoreError.NotImplemented => new("NotImplemented", 501),
        StoreError.NotAcceptable => new("NotAcceptable", 406),
        StoreError.PreconditionFailed => new("PreconditionFailed", 412),
        StoreError.ConditionalConflict => new("ConditionalRequestConflict", 409),
        StoreError.OperationAborted => new("OperationAborted", 409),
        StoreError.RequestTimeout => new("RequestTimeout", 400),
        StoreError.TooManyBuckets => new("TooManyBuckets", 400),
        _ => Internal,
    };

    static S3Error OfAbsence(StoreError error) => error switch
    {
        StoreError.NoSuchBucket => new("NoSuchBucket", 404),
        StoreError.NoSuchKey or StoreError.NoSuchResource => new("NoSuchKey", 404),
        StoreError.NoSuchVersion => new("NoSuchVersion", 404),
        StoreError.NoSuchUpload => new("NoSuchUpload", 404),
        StoreError.NoSuchTagSet => new("NoSuchTagSet", 404),
        StoreError.NoSuchBucketPolicy => new("NoSuchBucketPolicy", 404),
        StoreError.NoSuchLifecycle => new("NoSuchLifecycleConfiguration", 404),
        StoreError.NoSuchCors => new("NoSuchCORSConfiguration", 404),
        StoreError.NoSuchEncryption => new("ServerSideEncryptionConfigurationNotFoundError", 404),
        StoreError.NoSuchReplication => new("ReplicationConfigurationNotFoundError", 404),
        StoreError.NoSuchObjectLock => new("ObjectLockConfigurationNotFoundError", 404),
        StoreError.NoSuchObjectRetention => new("NoSuchObjectLockConfiguration", 404),
        StoreError.NoSuchPublicAccessBlock => new("NoSuchPublicAccessBlockConfiguration", 404),
        StoreError.NoSuchOwnershipControls => new("OwnershipControlsNotFoundError", 404),
        StoreError.NoSuchWebsite => new("NoSuchWebsiteConfiguration", 404),
        StoreError.NoSuchRepository or StoreError.NoSuchManifest or StoreError.NoSuchBlob => new("NoSuchKey", 404),
        StoreError.NoSuchInventory => new("NoSuchConfiguration", 404),
        _ => Internal,
    };

    static S3Error OfState(StoreError error) => error switch
    {
        StoreError.BucketAlreadyExists => new("BucketAlreadyExists", 409),
        StoreError.BucketAlreadyOwnedByYou => new("BucketAlreadyOwnedByYou", 409),
        StoreError.BucketNotEmpty => new("BucketNotEmpty", 409),
        StoreError.InvalidBucketState => new("InvalidBucketState", 409),
        StoreError.InvalidObjectState => new("InvalidObjectState", 403),
        StoreError.TagImmutable or StoreError.ContentInUse => new("InvalidObjectState", 403),
        StoreError.NameReserved => new("InvalidBucketName", 400),
        StoreError.ContentDigestMismatch => new("BadDigest", 400),
        StoreError.ContentSha256Mismatch => new("XAmzContentSHA256Mismatch", 400),
        StoreError.StorageFull or StoreError.StorageUnavailable => new("ServiceUnavailable", 503),
        StoreError.CatalogUnavailable or StoreError.ShuttingDown => new("ServiceUnavailable", 503),
        StoreError.SlowDown => new("SlowDown", 503),
        StoreError.EvidenceMissing => new("AccessDenied", 403),
        _ => Internal,
    };

    /// <summary>Also what a damaged blob is to the client: nothing in the request is wrong, and no copy is there to serve.</summary>
    static S3Error Internal => new("InternalError", 500);
}
