namespace Holdfast.Protocol.Errors;

/// <summary>
/// Every refusal the store can give. Each value has one class and says whether a retry can help (<see cref="StoreErrors"/>), and has one
/// row in each protocol's table (<c>S3Errors</c>, <c>AdminErrors</c>, …); a test walks every value through every table.
/// </summary>
public enum StoreError
{
    // Authentication
    CredentialsMissing,
    AccessKeyUnknown,
    SignatureMismatch,
    RequestExpired,
    RequestTimeSkewed,
    AuthorizationHeaderMalformed,
    AuthorizationQueryMalformed,
    SignatureVersionUnsupported,
    TokenInvalid,
    TokenExpired,

    // Authorization
    AccessDenied,
    SecureTransportRequired,
    CorsNotAllowed,
    AnonymousNotAllowed,

    // Validation: names, shapes, limits
    InvalidArgument,
    InvalidRequest,
    InvalidUri,
    InvalidBucketName,
    KeyTooLong,
    MetadataTooLarge,
    RequestHeaderTooLarge,
    MalformedXml,
    MalformedJson,
    MalformedAcl,
    UnresolvableGrant,
    OriginMissing,
    InvalidDigest,
    InvalidTag,
    InvalidRange,
    InvalidPart,
    InvalidPartNumber,
    InvalidPartOrder,
    InvalidChunkSize,
    InvalidStorageClass,
    InvalidEncryptionAlgorithm,
    InvalidLocationConstraint,
    InvalidRepositoryName,
    InvalidReference,
    InvalidManifest,
    ManifestTooLarge,
    ManifestBlobUnknown,
    UploadOutOfOrder,
    TooManyTags,
    EntityTooLarge,
    EntityTooSmall,
    LengthRequired,
    IncompleteBody,
    MalformedTrailer,
    ChecksumHeaderMissing,
    MethodNotAllowed,
    NotImplemented,
    NotAcceptable,
    PreconditionFailed,
    ConditionalConflict,
    OperationAborted,
    RequestTimeout,
    TooManyBuckets,

    // Absence that the protocol names
    NoSuchBucket,
    NoSuchKey,
    NoSuchVersion,
    NoSuchUpload,
    NoSuchResource,
    NoSuchTagSet,
    NoSuchBucketPolicy,
    NoSuchLifecycle,
    NoSuchCors,
    NoSuchEncryption,
    NoSuchReplication,
    NoSuchObjectLock,
    NoSuchObjectRetention,
    NoSuchPublicAccessBlock,
    NoSuchOwnershipControls,
    NoSuchWebsite,
    NoSuchRepository,
    NoSuchManifest,
    NoSuchBlob,
    NoSuchInventory,

    // States
    BucketAlreadyExists,
    BucketAlreadyOwnedByYou,
    BucketNotEmpty,
    InvalidBucketState,
    InvalidObjectState,
    TagImmutable,
    ContentInUse,
    NameReserved,

    // Integrity
    ContentDigestMismatch,
    ContentSha256Mismatch,
    BlobDamaged,

    // Storage
    StorageFull,
    StorageUnavailable,
    CatalogUnavailable,
    SlowDown,
    ShuttingDown,

    // Supply chain: refusals by evidence, from the release that brings it
    EvidenceMissing,

    // Internal
    Internal,
}
