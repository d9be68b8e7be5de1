using System.Buffers;
using System.IO.Pipelines;
using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.S3.Chunked;

/// <summary>
/// Reads the payload of an aws-chunked body: the buffers it answers are slices of the inner reader's, nothing is copied. A chunk's bytes
/// may be answered before its signature was seen to match, so what was read counts only once <see cref="ReadResult.IsCompleted"/> is true:
/// then all lengths, signatures and trailers are verified. A malformed body ends in a <see cref="StoreException"/>
/// (<see cref="StoreError.InvalidRequest"/>, <see cref="StoreError.IncompleteBody"/>, <see cref="StoreError.MalformedTrailer"/>,
/// <see cref="StoreError.SignatureMismatch"/>), on this and on every later read. Not thread-safe.
/// </summary>
public sealed class AwsChunkedReader(PipeReader inner, ChunkedFraming framing) : PipeReader, IDisposable
{
    readonly ChunkDecoder _decoder = new(framing);
    readonly PieceSequence _sequence = new();
    readonly List<ChunkPiece> _pieces = [];
    ReadOnlySequence<byte> _buffer;
    StoreException? _refusal;
    long _parsed;
    bool _hasUnexamined;

    /// <summary>The trailing checksum header, once the reader has completed; its value is as sent.</summary>
    public KeyValuePair<string, string>? Trailer => _decoder.IsDone ? _decoder.Trailer : null;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ReadResult mine;
        do
        {
            ThrowIfRefused();
        }
        while (!Accept(await inner.ReadAsync(cancellationToken).ConfigureAwait(false), out mine));
        return mine;
    }

    public override bool TryRead(out ReadResult result)
    {
        ThrowIfRefused();
        while (inner.TryRead(out var read))
        {
            if (Accept(read, out result))
                return true;
        }

        result = default;
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var taken = PieceSequence.OffsetOf(consumed);
        var seen = Math.Max(taken, PieceSequence.OffsetOf(examined));
        var innerExamined = InnerOffset(seen);
        _hasUnexamined = innerExamined < _parsed;
        // All of it seen means that the incomplete line after it was seen too, unless the decoder paused before the end.
        if (!_hasUnexamined && !_decoder.HasPaused)
            innerExamined = _buffer.Length;
        Release(InnerOffset(taken), taken, innerExamined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        Dispose();
        inner.Complete(exception);
    }

    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        Dispose();
        return inner.CompleteAsync(exception);
    }

    public void Dispose() => _decoder.Dispose();

    /// <summary>Parses what arrived; false when it held nothing to answer, which was then already given back.</summary>
    bool Accept(in ReadResult read, out ReadResult mine)
    {
        _buffer = read.Buffer;
        var before = _pieces.Count;
        try
        {
            _parsed += _decoder.Decode(_buffer.Slice(_parsed), read.IsCompleted, _pieces, _parsed);
        }
        catch (StoreException refusal)
        {
            // Everything is given back, so that the owner of the inner reader can go on and discard the rest.
            inner.AdvanceTo(_buffer.End);
            _refusal = refusal;
            throw;
        }

        mine = default;
        if (_pieces.Count == before && !_hasUnexamined && !_decoder.IsDone && !read.IsCanceled)
        {
            Release(_pieces.Count > 0 ? _pieces[0].Offset : _parsed, 0, _buffer.Length);
            return false;
        }

        mine = new ReadResult(_sequence.Build(_buffer, _pieces), read.IsCanceled, _decoder.IsDone);
        return true;
    }

    /// <summary>Where the payload byte of that number lies in the inner buffer; after the last one, where parsing goes on.</summary>
    long InnerOffset(long payload)
    {
        foreach (var piece in _pieces)
        {
            if (payload < piece.Length)
                return piece.Offset + payload;
            payload -= piece.Length;
        }

        return _parsed;
    }

    /// <summary>Advances the inner reader, and counts what stays from its new start.</summary>
    void Release(long innerConsumed, long payloadConsumed, long innerExamined)
    {
        var gone = 0;
        for (; gone < _pieces.Count && payloadConsumed >= _pieces[gone].Length; gone++)
            payloadConsumed -= _pieces[gone].Length;
        _pieces.RemoveRange(0, gone);
        for (var i = 0; i < _pieces.Count; i++)
        {
            var skip = i == 0 ? payloadConsumed : 0;
            _pieces[i] = new ChunkPiece(_pieces[i].Offset + skip - innerConsumed, _pieces[i].Length - skip);
        }

        _parsed -= innerConsumed;
        inner.AdvanceTo(_buffer.GetPosition(innerConsumed), _buffer.GetPosition(innerExamined));
    }

    void ThrowIfRefused()
    {
        if (_refusal is not null)
            throw new StoreException(_refusal.Error, _refusal.Message, _refusal) { Details = _refusal.Details };
    }
}
