namespace Holdfast.Core.Blobs.Metering;

/// <summary>All reads of one reader are one operation, noted at the end: a note per buffer would cost more than it tells.</summary>
sealed class MeteringBlobReader(BlobReader inner, OperationTimer timer) : BlobReader
{
    string _outcome = "ok";
    TimeSpan _taken;
    long _bytes;
    bool _disposed;

    public override BlobInfo Info => inner.Info;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        var start = timer.Now;
        try
        {
            var count = await inner.ReadAsync(buffer, ct);
            _bytes += count;
            return count;
        }
        catch (Exception fault)
        {
            _outcome = BlobMetrics.Outcome(fault);
            throw;
        }
        finally
        {
            _taken += timer.Since(start);
        }
    }

    public override ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            timer.Note("read", _outcome, _taken);
            timer.Bytes("out", _bytes);
        }

        _disposed = true;
        return inner.DisposeAsync();
    }
}
