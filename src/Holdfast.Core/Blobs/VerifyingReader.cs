using System.Buffers;
using System.IO.Pipelines;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Blobs;

/// <summary>
/// A range of a blob, every byte checked against the chunk checksums taken at ingest before it is handed out: the range is widened to
/// whole chunks below. A chunk that does not match is BlobDamaged, and the bytes before it have been given. Not thread safe.
/// </summary>
public sealed class VerifyingReader : BlobReader
{
    const int WindowBytes = 4 * ChunkSums.ChunkBytes;

    readonly BlobReader _inner;
    readonly BlobInfo _blob;
    readonly long _end;
    readonly Func<int, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> _sums;
    ReadOnlyMemory<byte> _segment;
    int _segmentIndex = -1;
    long _position;
    long _innerPosition;
    byte[] _window = [];
    int _windowStart;
    int _windowLength;

    VerifyingReader(BlobReader inner, BlobInfo blob, ByteRange range, Func<int, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> sums)
    {
        (_inner, _blob, _end, _sums) = (inner, blob, range.End, sums);
        _position = range.Offset;
        _innerPosition = ChunkStart(range.Offset);
    }

    /// <summary>What the catalog knows of the blob.</summary>
    public override BlobInfo Info => _blob;

    /// <summary>Opens <paramref name="range"/> of <paramref name="blob"/>; null when the store has nothing there.</summary>
    /// <param name="store">Where the blob is.</param>
    /// <param name="blob">Location, digest and size, as the catalog has them.</param>
    /// <param name="range">Within the blob.</param>
    /// <param name="sums">Gives the sums of one segment of 64 MiB (<see cref="ChunkSums"/>); asked for each segment once, in order.</param>
    /// <param name="ct">Ends the opening.</param>
    public static async ValueTask<VerifyingReader?> OpenAsync(
        IBlobStore store,
        BlobInfo blob,
        ByteRange range,
        Func<int, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> sums,
        CancellationToken ct)
    {
        var start = ChunkStart(range.Offset);
        var end = range.Length == 0 ? start : Math.Min(blob.Size, ChunkStart(range.End + ChunkSums.ChunkBytes - 1));
        var inner = await store.OpenAsync(blob.Location, new ByteRange(start, end - start), ct);
        return inner is null ? null : new VerifyingReader(inner, blob, range, sums);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        var filled = 0;
        while (filled < buffer.Length && _position < _end)
        {
            if (_windowLength == 0)
                await FillWindowAsync(ct);
            filled += TakeFromWindow(buffer.Span[filled..]);
        }

        return filled;
    }

    /// <summary>
    /// Writes what is left of the range to <paramref name="destination"/>, flushing as it takes it; the number of bytes written, which is
    /// less than the range when the destination is completed or its flush cancelled. Throws BlobDamaged.
    /// </summary>
    public async ValueTask<long> CopyToAsync(PipeWriter destination, CancellationToken ct)
    {
        var from = _position;
        while (_position < _end)
        {
            if (_windowLength == 0 && _position == _innerPosition && _end - _position >= ChunkSums.ChunkBytes)
                await WriteChunksAsync(destination, ct);
            else
                await WriteWindowAsync(destination, ct);
            var flushed = await destination.FlushAsync(ct);
            if (flushed.IsCompleted || flushed.IsCanceled)
                break;
        }

        return _position - from;
    }

    public override ValueTask DisposeAsync()
    {
        if (_window.Length > 0)
            ArrayPool<byte>.Shared.Return(_window);
        _window = [];
        _windowLength = 0;
        _position = _end;
        return _inner.DisposeAsync();
    }

    /// <summary>Whole chunks go straight into the destination's memory and are given to it only after they were checked.</summary>
    async ValueTask WriteChunksAsync(PipeWriter destination, CancellationToken ct)
    {
        var length = (int)ChunkStart(Math.Min(_end - _position, WindowBytes));
        await ReadVerifiedAsync(destination.GetMemory(length)[..length], ct);
        destination.Advance(length);
        _position += length;
    }

    async ValueTask WriteWindowAsync(PipeWriter destination, CancellationToken ct)
    {
        if (_windowLength == 0)
            await FillWindowAsync(ct);
        var length = (int)Math.Min(_windowLength, _end - _position);
        TakeFromWindow(destination.GetSpan(length)[..length]);
        destination.Advance(length);
    }

    int TakeFromWindow(Span<byte> buffer)
    {
        var taken = (int)Math.Min(Math.Min(buffer.Length, _windowLength), _end - _position);
        _window.AsSpan(_windowStart, taken).CopyTo(buffer);
        _windowStart += taken;
        _windowLength -= taken;
        _position += taken;
        return taken;
    }

    /// <summary>Reads the chunks that hold <see cref="_position"/> and what follows, as far as the range needs them.</summary>
    async ValueTask FillWindowAsync(CancellationToken ct)
    {
        var needed = Math.Min(_blob.Size, ChunkStart(_end + ChunkSums.ChunkBytes - 1)) - _innerPosition;
        var length = (int)Math.Min(needed, WindowBytes);
        if (_window.Length < length)
            _window = ArrayPool<byte>.Shared.Rent(length);
        var skipped = (int)(_position - _innerPosition);
        await ReadVerifiedAsync(_window.AsMemory(0, length), ct);
        _windowStart = skipped;
        _windowLength = length - skipped;
    }

    /// <summary>Fills <paramref name="buffer"/>, which is whole chunks or ends with the blob, from the next chunk on.</summary>
    async ValueTask ReadVerifiedAsync(Memory<byte> buffer, CancellationToken ct)
    {
        if (await _inner.ReadAsync(buffer, ct) < buffer.Length)
            throw Damaged("end too early", _innerPosition);
        for (var start = 0; start < buffer.Length; start += ChunkSums.ChunkBytes)
        {
            var (segment, index) = Math.DivRem(_innerPosition / ChunkSums.ChunkBytes, ChunkSums.SumsPerSegment);
            if (segment != _segmentIndex)
            {
                _segment = await _sums((int)segment, ct);
                _segmentIndex = (int)segment;
            }

            var chunk = buffer.Span[start..Math.Min(buffer.Length, start + ChunkSums.ChunkBytes)];
            if (!ChunkSums.Matches(_segment.Span, (int)index, chunk))
                throw Damaged("do not match their checksum", _innerPosition);
            _innerPosition += chunk.Length;
        }
    }

    StoreException Damaged(string how, long offset) =>
        new(StoreError.BlobDamaged, $"the stored bytes of {_blob.Digest} from byte {offset} on {how}");

    static long ChunkStart(long offset) => offset & -ChunkSums.ChunkBytes;
}
