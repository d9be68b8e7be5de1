using System.Buffers;
using Holdfast.Protocol;

namespace Holdfast.Core.Blobs.Metering;

/// <summary>All writes of one writer are one operation, noted at the end; the commit is its own.</summary>
sealed class MeteringBlobWriter(BlobWriter inner, OperationTimer timer) : BlobWriter
{
    string _outcome = "ok";
    TimeSpan _taken;
    long _bytes;
    bool _disposed;

    public override async ValueTask WriteAsync(ReadOnlySequence<byte> bytes, CancellationToken ct)
    {
        var start = timer.Now;
        try
        {
            await inner.WriteAsync(bytes, ct);
            _bytes += bytes.Length;
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

    public override ValueTask<BlobInfo> CommitAsync(Digest digest, CancellationToken ct) =>
        timer.RunAsync("commit", () => inner.CommitAsync(digest, ct));

    public override void MarkLinked() => inner.MarkLinked();

    public override async ValueTask DiscardAsync() => await timer.RunAsync("discard", async () =>
    {
        await inner.DiscardAsync();
        return true;
    });

    public override ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            timer.Note("write", _outcome, _taken);
            timer.Bytes("in", _bytes);
        }

        _disposed = true;
        return inner.DisposeAsync();
    }
}
