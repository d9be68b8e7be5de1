using System.Buffers;
using Holdfast.Protocol;

namespace Holdfast.Core.Blobs;

/// <summary>One blob on its way in. Disposing without a commit aborts and leaves nothing behind. Not thread safe.</summary>
public abstract class BlobWriter : IAsyncDisposable
{
    /// <summary>Appends <paramref name="bytes"/>; they may be reused when this returns. Throws StorageFull or StorageUnavailable.</summary>
    public abstract ValueTask WriteAsync(ReadOnlySequence<byte> bytes, CancellationToken ct);

    /// <summary>Makes the blob durable under its final location. The caller vouches for <paramref name="digest"/>.</summary>
    public abstract ValueTask<BlobInfo> CommitAsync(Digest digest, CancellationToken ct);

    /// <summary>
    /// Tells the writer that the catalog refers to the committed blob, so that its trace of an unfinished ingest can go. Without this call
    /// a committed blob counts as abandoned: <see cref="DisposeAsync"/> leaves the trace and the store's sweep settles it by asking the
    /// catalog.
    /// </summary>
    public abstract void MarkLinked();

    /// <summary>
    /// Deletes what was committed because the catalog certainly does not refer to it (a refused precondition, a duplicate).
    /// </summary>
    public abstract ValueTask DiscardAsync();

    public abstract ValueTask DisposeAsync();
}
