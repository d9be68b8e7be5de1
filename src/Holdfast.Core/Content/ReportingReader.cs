using Holdfast.Core.Blobs;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Content;

/// <summary>Passes bytes on and reports the blob when they prove damaged.</summary>
sealed class ReportingReader(BlobReader inner, long blob, DamageReports damage) : BlobReader
{
    public override BlobInfo Info => inner.Info;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        try
        {
            return await inner.ReadAsync(buffer, ct);
        }
        catch (StoreException refusal) when (refusal.Error == StoreError.BlobDamaged)
        {
            damage.Report(blob);
            throw;
        }
    }

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
