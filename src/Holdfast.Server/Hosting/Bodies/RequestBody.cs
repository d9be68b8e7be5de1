using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Holdfast.Protocol.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace Holdfast.Server.Hosting.Bodies;

/// <summary>
/// Stands before the framework's reader of a request's body: counts what is read, knows whether all of it was, and gives up when the
/// client sends nothing for too long or the server stops. Not thread safe, as any reader; only the end of patience comes from elsewhere.
/// </summary>
/// <param name="length">Bytes announced; null: chunked.</param>
sealed class RequestBody(PipeReader inner, long? length, StallWatch watch) : PipeReader, IRequestBodyPipeFeature
{
    static readonly TimeSpan MaxDiscardTime = TimeSpan.FromSeconds(2);

    ReadOnlySequence<byte> _held;
    bool _reading;
    bool _endSeen;
    bool _finished;
    bool _idleAtEnd;
    volatile bool _stalled;

    public PipeReader Reader => this;

    /// <summary>Bytes consumed so far, without the framing of chunks.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Somebody asked for bytes: a client that expected "100 Continue" has been told to send.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Nothing of this request is left on the connection.</summary>
    public bool IsComplete => BytesRead == length || _finished;

    /// <summary>What was read last is still in use, so that no more can be read.</summary>
    public bool IsHeld => _reading;

    /// <summary>The client sent nothing for too long, or nothing when the server stopped: it is not waited for again.</summary>
    public bool HasStalled => _stalled || _idleAtEnd;

    /// <summary>The server stops and has said so to whoever read.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>How long what is left may be discarded for.</summary>
    public TimeSpan DiscardTime => IsCutOff ? watch.TimeToAnswer / 2 : MaxDiscardTime;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        HasBegun = true;
        var read = inner.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? new ValueTask<ReadResult>(Take(read.Result)) : WaitAsync(read);
    }

    public override bool TryRead(out ReadResult result)
    {
        HasBegun = true;
        if (!inner.TryRead(out result))
            return false;
        result = Take(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var count = _held.Slice(_held.Start, consumed).Length;
        BytesRead += count;
        _finished = _endSeen && count == _held.Length;
        _reading = false;
        _held = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    /// <summary>Ends the read that waits: the client sent nothing for too long. Comes from the watch's thread.</summary>
    public void Stall()
    {
        _stalled = true;
        inner.CancelPendingRead();
    }

    /// <summary>Lets the read that waits look whether it should go on. Comes from the watch's thread.</summary>
    public void Wake() => inner.CancelPendingRead();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    async ValueTask<ReadResult> WaitAsync(ValueTask<ReadResult> read)
    {
        watch.Enter(this);
        try
        {
            return Take(await read);
        }
        finally
        {
            watch.Leave(this);
        }
    }

    ReadResult Take(ReadResult result)
    {
        if (_stalled)
        {
            inner.AdvanceTo(result.Buffer.Start);
            throw new StoreException(StoreError.RequestTimeout, $"no byte of the body arrived for {watch.Patience.TotalSeconds} s");
        }

        // Once: what the client goes on sending is still discarded, so that it comes to reading the answer.
        if (watch.IsClosing && !IsCutOff && !result.IsCompleted)
        {
            IsCutOff = true;
            _idleAtEnd = result.IsCanceled;
            inner.AdvanceTo(result.Buffer.Start);
            throw new StoreException(StoreError.ShuttingDown, "the server is stopping and reads no further");
        }

        _held = result.Buffer;
        _endSeen |= result.IsCompleted;
        _finished = result.IsCompleted && result.Buffer.IsEmpty;
        _reading = true;
        return result;
    }
}
