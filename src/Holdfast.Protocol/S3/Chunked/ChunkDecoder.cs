using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.SigV4;

namespace Holdfast.Protocol.S3.Chunked;

/// <summary>
/// The state machine of aws-chunked: "size[;chunk-signature=…] CRLF data CRLF", a chunk of size 0, then trailers (specs/s3.md, rules 2 to
/// 4). It finds where the payload lies and checks lengths and signatures; it copies nothing but lines.
/// </summary>
sealed class ChunkDecoder(ChunkedFraming framing) : IDisposable
{
    const int MaxHeaderLine = 512;

    /// <summary>One-byte chunks would otherwise grow the list of pieces to many times the input.</summary>
    const int MaxPieces = 256;

    readonly IncrementalHash? _hash = framing.Chain is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly byte[] _signature = new byte[SigV4ChunkChain.SignatureLength];
    readonly TrailerBlock _trailer = new(framing);
    State _state = State.Header;
    long _remaining;
    long _total;

    enum State
    {
        Header,
        Data,
        DataEnd,
        Trailer,
        Done,
    }

    /// <summary>Whether the last call stopped before the end of its input.</summary>
    public bool HasPaused { get; private set; }

    public bool IsDone => _state == State.Done;

    public KeyValuePair<string, string>? Trailer => _trailer.Header;

    /// <summary>
    /// Parses as far as it can and returns how many bytes that were; the payload found is added to <paramref name="pieces"/> at
    /// <paramref name="offset"/> and beyond. Stops early after many pieces. Throws <see cref="StoreException"/> for all that is malformed.
    /// </summary>
    public long Decode(in ReadOnlySequence<byte> input, bool isFinal, List<ChunkPiece> pieces, long offset)
    {
        var reader = new SequenceReader<byte>(input);
        var limit = pieces.Count + MaxPieces;
        while (pieces.Count < limit && Step(ref reader, isFinal, pieces, offset))
        {
        }

        HasPaused = pieces.Count == limit;
        if (isFinal && _state != State.Done && !HasPaused)
            throw Incomplete();
        return reader.Consumed;
    }

    public void Dispose() => _hash?.Dispose();

    bool Step(ref SequenceReader<byte> reader, bool isFinal, List<ChunkPiece> pieces, long offset) => _state switch
    {
        State.Header => TakeHeader(ref reader, isFinal),
        State.Data => TakeData(ref reader, pieces, offset),
        State.DataEnd => TakeDataEnd(ref reader),
        State.Trailer => TakeTrailer(ref reader, isFinal),
        _ => false,
    };

    bool TakeHeader(ref SequenceReader<byte> reader, bool isFinal)
    {
        Span<byte> buffer = stackalloc byte[MaxHeaderLine];
        var length = ChunkLines.Take(ref reader, isFinal, buffer);
        if (length < 0)
            return false;
        ParseHeader(buffer[..length]);
        if (_remaining > framing.DecodedLength - _total)
            throw Incomplete();
        if (_remaining > 0)
        {
            _state = State.Data;
            return true;
        }

        VerifyChunk();
        if (_total != framing.DecodedLength)
            throw Incomplete();
        _state = State.Trailer;
        return true;
    }

    void ParseHeader(ReadOnlySpan<byte> line)
    {
        var semicolon = line.IndexOf((byte)';');
        var size = (semicolon < 0 ? line : line[..semicolon]).Trim(" \t"u8);
        if (size.IsEmpty || size.Length > 16
            || !long.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _remaining) || _remaining < 0)
            throw ChunkLines.Malformed("a chunk begins with its size in hexadecimal digits");
        if (framing.Chain is null)
            return;
        var extension = semicolon < 0 ? default : line[(semicolon + 1)..].Trim(" \t"u8);
        if (!extension.StartsWith("chunk-signature="u8) || extension.Length != "chunk-signature=".Length + _signature.Length)
            throw ChunkLines.Malformed("a signed chunk names its signature of 64 hexadecimal digits");
        extension["chunk-signature=".Length..].CopyTo(_signature);
    }

    bool TakeData(ref SequenceReader<byte> reader, List<ChunkPiece> pieces, long offset)
    {
        var length = Math.Min(_remaining, reader.Remaining);
        if (length == 0)
            return false;
        if (_hash is not null)
        {
            foreach (var memory in reader.Sequence.Slice(reader.Position, length))
                _hash.AppendData(memory.Span);
        }

        pieces.Add(new ChunkPiece(offset + reader.Consumed, length));
        reader.Advance(length);
        _total += length;
        _remaining -= length;
        if (_remaining > 0)
            return false;
        VerifyChunk();
        _state = State.DataEnd;
        return true;
    }

    bool TakeDataEnd(ref SequenceReader<byte> reader)
    {
        if (reader.Remaining < 2)
            return false;
        if (!reader.IsNext("\r\n"u8, advancePast: true))
            throw ChunkLines.Malformed("a chunk's data ends with CR LF");
        _state = State.Header;
        return true;
    }

    /// <summary>
    /// Everything after the last chunk is trailer: clients differ in how many line ends they put where, so the end is the body's own.
    /// </summary>
    bool TakeTrailer(ref SequenceReader<byte> reader, bool isFinal)
    {
        if (_trailer.TakeLine(ref reader, isFinal))
            return true;
        if (!isFinal)
            return false;
        _trailer.Finish();
        _state = State.Done;
        return false;
    }

    void VerifyChunk()
    {
        if (_hash is null)
            return;
        Span<byte> sha256 = stackalloc byte[Digest.Size];
        _hash.GetHashAndReset(sha256);
        if (!framing.Chain!.VerifyChunk(sha256, _signature))
            throw ChunkLines.WrongSignature("chunk");
    }

    static StoreException Incomplete() => new(
        StoreError.IncompleteBody,
        "You did not provide the number of bytes specified by the Content-Length or x-amz-decoded-content-length HTTP header.");
}
