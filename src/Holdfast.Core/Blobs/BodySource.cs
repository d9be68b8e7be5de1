using System.Buffers;
using System.IO.Pipelines;

namespace Holdfast.Core.Blobs;

/// <summary>
/// The body as Ingest reads it: counts, refuses what is too much, and always advances what it read, so that the host can drain the rest.
/// </summary>
sealed class BodySource(PipeReader body, IngestRequest request)
{
    /// <summary>Bytes handed out.</summary>
    public long Received { get; private set; }

    /// <summary>Whether the end was seen; nothing more comes.</summary>
    public bool Ended { get; private set; }

    /// <summary>
    /// Fills <paramref name="buffer"/>; fewer bytes only at the end of the body. Gives up early when <paramref name="meanwhile"/> fails.
    /// </summary>
    public async ValueTask<int> FillAsync(Memory<byte> buffer, Task? meanwhile, CancellationToken ct)
    {
        var filled = 0;
        while (filled < buffer.Length && !Ended)
        {
            if (meanwhile is { IsFaulted: true } or { IsCanceled: true })
                break;
            filled += Take(await ReadAsync(ct), buffer[filled..]);
            request.CheckReceived(Received);
        }

        return filled;
    }

    /// <summary>
    /// Gives all that is there to <paramref name="consume"/>: at least a byte, or nothing when the body has ended.
    /// </summary>
    public async ValueTask PassOnAsync(Func<ReadOnlySequence<byte>, CancellationToken, ValueTask> consume, CancellationToken ct)
    {
        var read = await ReadAsync(ct);
        try
        {
            Received += read.Buffer.Length;
            request.CheckReceived(Received);
            if (!read.Buffer.IsEmpty)
                await consume(read.Buffer, ct);
        }
        finally
        {
            body.AdvanceTo(read.Buffer.End);
        }

        Ended = read.IsCompleted;
    }

    /// <summary>Whether the body ends here, with nothing more to read.</summary>
    public async ValueTask<bool> EndsHereAsync(CancellationToken ct)
    {
        while (!Ended)
        {
            var read = await ReadAsync(ct);
            var more = !read.Buffer.IsEmpty;
            body.AdvanceTo(read.Buffer.Start);
            if (more)
                return false;
            Ended = read.IsCompleted;
        }

        return true;
    }

    int Take(ReadResult read, Memory<byte> buffer)
    {
        // All of it before AdvanceTo, which takes the buffer's segments back.
        var taken = read.Buffer.Slice(0, Math.Min(buffer.Length, read.Buffer.Length));
        var count = (int)taken.Length;
        taken.CopyTo(buffer.Span);
        Received += count;
        Ended = read.IsCompleted && count == read.Buffer.Length;
        body.AdvanceTo(taken.End);
        return count;
    }

    async ValueTask<ReadResult> ReadAsync(CancellationToken ct)
    {
        var read = await body.ReadAsync(ct);
        if (!read.IsCanceled)
            return read;
        body.AdvanceTo(read.Buffer.Start);
        throw new OperationCanceledException("the reading of the body was cancelled");
    }
}
