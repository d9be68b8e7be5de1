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

    public void Report(long blob) => _blobs.Writer.TryWrite(blob);

    /// <summary>Marks what is reported until cancelled, telling <paramref name="onDamage"/> of each blob marked for the first time.</summary>
    public async Task RunAsync(Action<long> onDamage, CancellationToken ct)
    {
        await foreach (var blob in _blobs.Reader.ReadAllAsync(ct))
        {
            try
            {
                if (await catalog.WriteAsync(tx => BlobTable.MarkDamagedAsync(tx, blob), ct))
                    onDamage(blob);
            }
            catch (StoreException unavailable) when (unavailable.Error.IsRetryable())
            {
                // The catalog cannot be written now; the next read of the blob reports it again.
            }
        }
    }
}
