namespace Holdfast.Core.Blobs;

/// <summary>
/// A place where immutable blobs live: drivers and the decorators around them. Thread safe. Faults of the medium are
/// <c>StoreException</c> with StorageFull or StorageUnavailable; absence is null or false, never an exception.
/// </summary>
public interface IBlobStore
{
    /// <summary>What is stored at <paramref name="at"/>; null when nothing is.</summary>
    ValueTask<BlobInfo?> FindAsync(BlobLocation at, CancellationToken ct);

    /// <summary>Opens <paramref name="range"/>, which lies within the blob, for reading; null when nothing is stored there.</summary>
    ValueTask<BlobReader?> OpenAsync(BlobLocation at, ByteRange range, CancellationToken ct);

    /// <summary>Begins a new blob at a location of its own; the digest may be unknown until the commit.</summary>
    ValueTask<BlobWriter> CreateAsync(WriteHint hint, CancellationToken ct);

    /// <summary>Removes the blob durably; false when it was absent.</summary>
    ValueTask<bool> DeleteAsync(BlobLocation at, CancellationToken ct);

    /// <summary>
    /// Every stored blob in location order, beginning behind <paramref name="after"/>. A walk over everything: for repair only.
    /// </summary>
    IAsyncEnumerable<BlobInfo> ListAsync(string? after, CancellationToken ct);
}
