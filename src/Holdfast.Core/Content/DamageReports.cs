using System.Threading.Channels;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Content;

/// <summary>
/// Blobs found damaged while they were read, on their way into the catalog. Readers never wait for it; what is dropped when the queue is
/// full is found again by the next read or the scrub. Thread safe.
/// </summary>
public sealed class DamageReports(Catalog.Catalog catalog)
{
    readonly Channel<long> _blobs = Channel.CreateBounded<long>(
        new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Told of each blob that was marked for the first time, after the mark is durable. Must not throw.</summary>
    public Action<long> OnMarked { get; set; } = _ => { };

    public void Report(long blob) => _blobs.Writer.TryWrite(blob);

    /// <summary>Marks a blob now. Throws CatalogUnavailable or StorageFull.</summary>
    public async ValueTask MarkAsync(long blob, CancellationToken ct)
    {
        if (await catalog.WriteAsync(tx => BlobTable.MarkDamagedAsync(tx, blob), ct))
            OnMarked(blob);
    }

    /// <summary>Marks what is reported until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await foreach (var blob in _blobs.Reader.ReadAllAsync(ct))
        {
            try
            {
                await MarkAsync(blob, ct);
            }
            catch (StoreException unavailable) when (unavailable.Error.IsRetryable())
            {
                // The catalog cannot be written now; the next read of the blob reports it again.
            }
        }
    }
}
