namespace Holdfast.Core.Blobs;

/// <summary>
/// The bytes of a range of one blob, in order. Not thread safe. Drivers hand out what the medium gave; checking against the checksums
/// taken at ingest is done above them, by <c>ContentReader</c>.
/// </summary>
public abstract class BlobReader : IAsyncDisposable
{
    public abstract BlobInfo Info { get; }

    /// <summary>Fills as much of <paramref name="buffer"/> as it can (fewer bytes only at the end); 0 at the end of the range.</summary>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct);

    public abstract ValueTask DisposeAsync();
}
