using System.Buffers;
using Holdfast.Protocol;

namespace Holdfast.Core.Blobs;

/// <summary>
/// A body that was received whole and met the expectations of its request, but is not stored yet: the caller may still compare what came
/// behind the body (trailers) with <see cref="Hashes"/>. Disposing without <see cref="CommitAsync"/> leaves nothing. Not thread safe.
/// </summary>
public sealed class Received : IAsyncDisposable
{
    readonly BlobWriter? _writer;
    readonly long _size;
    byte[]? _pooled;

    internal Received(ContentHashes hashes, ChunkSums sums, long size, BlobWriter writer)
    {
        (Hashes, Sums, _size, _writer) = (hashes, sums, size, writer);
    }

    internal Received(ContentHashes hashes, ChunkSums sums, int size, byte[] pooled)
    {
        (Hashes, Sums, _size, _pooled) = (hashes, sums, size, pooled);
    }

    public Digest Digest => Hashes.Sha256;

    /// <summary>Bytes.</summary>
    public long Size => _size;

    public ContentHashes Hashes { get; }

    public ChunkSums Sums { get; }

    /// <summary>Whether the content is in memory, to be written into the catalog, instead of in a store.</summary>
    public bool IsInline => _writer is null;

    /// <summary>The content of an inline body, until this is disposed.</summary>
    public ReadOnlyMemory<byte> InlineBytes => IsInline
        ? (_pooled ?? throw new ObjectDisposedException(nameof(Received))).AsMemory(0, (int)_size)
        : throw new InvalidOperationException("the content is in the store, not in memory");

    /// <summary>Stores the content durably; called again, it states the same. Not for inline content.</summary>
    public ValueTask<BlobInfo> CommitAsync(CancellationToken ct) => Writer.CommitAsync(Digest, ct);

    /// <summary>
    /// The catalog's transaction with the blob's location is committed (<see cref="BlobWriter.MarkLinked"/>). Nothing for inline content.
    /// </summary>
    public void MarkLinked() => _writer?.MarkLinked();

    /// <summary>Deletes what was committed, which the catalog certainly does not refer to. Nothing for inline content.</summary>
    public ValueTask DiscardAsync() => _writer?.DiscardAsync() ?? ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        if (_writer is not null)
            return _writer.DisposeAsync();
        if (Interlocked.Exchange(ref _pooled, null) is { } pooled)
            ArrayPool<byte>.Shared.Return(pooled);
        return ValueTask.CompletedTask;
    }

    BlobWriter Writer => _writer ?? throw new InvalidOperationException("inline content is stored by the catalog");
}
