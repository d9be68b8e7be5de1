using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.Oci;

/// <summary>
/// The row of each <see cref="StoreError"/> in the distribution API (distribution-spec, "Error codes"): the code, of the fourteen that the
/// specification names where one fits, and the HTTP status.
/// </summary>
public static class OciErrors
{
    public static (string Code, int Status) Of(StoreError error) => error switch
    {
        StoreError.CredentialsMissing or StoreError.AnonymousNotAllowed => ("UNAUTHORIZED", 401),
        <= StoreError.TokenExpired => ("UNAUTHORIZED", 401),
        StoreError.AccessDenied or StoreError.SecureTransportRequired or StoreError.CorsNotAllowed => ("DENIED", 403),
        StoreError.TagImmutable or StoreError.NameReserved or StoreError.BucketAlreadyExists => ("DENIED", 403),

        StoreError.InvalidRepositoryName or StoreError.InvalidBucketName => ("NAME_INVALID", 400),
        StoreError.InvalidDigest or StoreError.ContentSha256Mismatch or StoreError.ContentDigestMismatch => ("DIGEST_INVALID", 400),
        StoreError.InvalidReference => ("MANIFEST_INVALID", 400),
        StoreError.InvalidManifest or StoreError.MalformedJson => ("MANIFEST_INVALID", 400),
        StoreError.ManifestTooLarge => ("MANIFEST_INVALID", 413),
        StoreError.ManifestBlobUnknown => ("MANIFEST_BLOB_UNKNOWN", 400),
        StoreError.UploadOutOfOrder => ("BLOB_UPLOAD_INVALID", 416),
        StoreError.TooManyTags => ("TAG_INVALID", 414),
        StoreError.EntityTooLarge => ("SIZE_INVALID", 413),
        StoreError.EntityTooSmall or StoreError.IncompleteBody => ("SIZE_INVALID", 400),
        StoreError.InvalidRange => ("RANGE_INVALID", 416),
        StoreError.LengthRequired => ("SIZE_INVALID", 411),
        StoreError.PreconditionFailed => ("PRECONDITION_FAILED", 412),
        StoreError.NotAcceptable => ("UNSUPPORTED", 406),
        StoreError.MethodNotAllowed or StoreError.ContentInUse => ("UNSUPPORTED", 405),
        StoreError.NotImplemented => ("UNSUPPORTED", 501),
        StoreError.RequestTimeout => ("BLOB_UPLOAD_INVALID", 408),
        StoreError.RequestHeaderTooLarge => ("UNSUPPORTED", 431),
        StoreError.ConditionalConflict or StoreError.OperationAborted => ("CONFLICT", 409),

        StoreError.NoSuchRepository or StoreError.NoSuchBucket => ("NAME_UNKNOWN", 404),
        StoreError.NoSuchManifest or StoreError.NoSuchKey or StoreError.NoSuchVersion => ("MANIFEST_UNKNOWN", 404),
        StoreError.NoSuchBlob => ("BLOB_UNKNOWN", 404),
        StoreError.NoSuchUpload => ("BLOB_UPLOAD_UNKNOWN", 404),
        >= StoreError.NoSuchBucket and <= StoreError.NoSuchInventory => ("UNSUPPORTED", 404),

        StoreError.SlowDown => ("TOOMANYREQUESTS", 429),
        StoreError.BlobDamaged => ("BLOB_DAMAGED", 500),
        StoreError.EvidenceMissing => ("DENIED", 403),
        _ when error.Class() == StoreErrorClass.Storage => ("UNAVAILABLE", 503),
        _ when error.Class() == StoreErrorClass.Validation => ("UNSUPPORTED", 400),
        _ => ("UNKNOWN", 500),
    };
}
