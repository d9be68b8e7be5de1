namespace Holdfast.Protocol.Errors;

/// <summary>The class of each <see cref="StoreError"/> and whether the same request can succeed later.</summary>
public static class StoreErrors
{
    public static StoreErrorClass Class(this StoreError error) => error switch
    {
        <= StoreError.TokenExpired => StoreErrorClass.Authentication,
        <= StoreError.AnonymousNotAllowed => StoreErrorClass.Authorization,
        <= StoreError.NameReserved => StoreErrorClass.Validation,
        <= StoreError.BlobDamaged => StoreErrorClass.Integrity,
        <= StoreError.ShuttingDown => StoreErrorClass.Storage,
        StoreError.EvidenceMissing => StoreErrorClass.SupplyChain,
        _ => StoreErrorClass.Internal,
    };

    public static bool IsRetryable(this StoreError error) => error switch
    {
        StoreError.StorageFull or StoreError.StorageUnavailable or StoreError.CatalogUnavailable => true,
        StoreError.SlowDown or StoreError.ShuttingDown or StoreError.RequestTimeout => true,
        StoreError.ConditionalConflict or StoreError.OperationAborted or StoreError.IncompleteBody => true,
        StoreError.ContentDigestMismatch or StoreError.ContentSha256Mismatch or StoreError.Internal => true,
        _ => false,
    };
}
