using System.Buffers;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Blobs;

/// <summary>
/// A range of a blob, every byte checked against the chunk checksums taken at ingest before it is handed out: the range is widened to
/// whole chunks below. Whole chunks are read straight into the caller's memory, so a buffer of several 64 KiB costs no copy. A chunk that
/// does not match is BlobDamaged; nothing of it counts as read. Not thread safe.
/// </summary>
public sealed class VerifyingReader : BlobReader
{
    readonly BlobReader _inner;
    readonly BlobInfo _blob;
    readonly long _end;
    readonly Func<int, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> _sums;
    ReadOnlyMemory<byte> _segment;
    int _segmentIndex = -1;
    long _position;

    // The chunk that the position lies within, when the caller's memory did not take it whole; else where the next chunk begins.
    byte[] _window = [];
    int _windowStart;
    int _windowLength;
    long _next;

    VerifyingReader(BlobReader inner, BlobInfo blob, ByteRange range, Func<int, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> sums)
    {
        (_inner, _blob, _end, _sums) = (inner, blob, range.End, sums);
        _position = range.Offset;
        _next = ChunkStart(range.Offset);
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
            var direct = WholeChunks(buffer.Length - filled);
            if (direct > 0)
            {
                await ReadVerifiedAsync(buffer.Slice(filled, direct), ct);
                _position += direct;
                filled += direct;
                continue;
            }

            if (_windowLength == 0)
                await FillWindowAsync(ct);
            filled += TakeFromWindow(buffer.Span[filled..]);
        }

        return filled;
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

    /// <summary>
    /// How many of the next <paramref name="room"/> bytes are whole chunks of the range; the blob's last chunk is as short as it is.
    /// </summary>
    int WholeChunks(int room)
    {
        if (_position != _next)
            return 0;
        var to = Math.Min(_end, _position + room);
        return (int)((to == _blob.Size ? to : ChunkStart(to)) - _position);
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

    /// <summary>Reads the chunk that holds the position.</summary>
    async ValueTask FillWindowAsync(CancellationToken ct)
    {
        var length = (int)Math.Min(ChunkSums.ChunkBytes, _blob.Size - _next);
        if (_window.Length == 0)
            _window = ArrayPool<byte>.Shared.Rent(length);
        var skipped = (int)(_position - _next);
        await ReadVerifiedAsync(_window.AsMemory(0, length), ct);
        _windowStart = skipped;
        _windowLength = length - skipped;
    }

    /// <summary>Fills <paramref name="buffer"/>, which is whole chunks or ends with the blob, from the next chunk on.</summary>
    async ValueTask ReadVerifiedAsync(Memory<byte> buffer, CancellationToken ct)
    {
        if (await _inner.ReadAsync(buffer, ct) < buffer.Length)
            throw Damaged("end too early", _next);
        var at = _next;
        for (var rest = buffer; rest.Length > 0;)
        {
            var (segment, index) = Math.DivRem(at / ChunkSums.ChunkBytes, ChunkSums.SumsPerSegment);
            if (segment != _segmentIndex)
            {
                _segment = await _sums((int)segment, ct);
                _segmentIndex = (int)segment;
            }

            var chunk = rest[..Math.Min(rest.Length, ChunkSums.ChunkBytes)];
            if (!ChunkSums.Matches(_segment.Span, (int)index, chunk.Span))
                throw Damaged("do not match their checksum", at);
            at += chunk.Length;
            rest = rest[chunk.Length..];
        }

        _next = at;
    }

    StoreException Damaged(string how, long offset) =>
        new(StoreError.BlobDamaged, $"the stored bytes of {_blob.Digest} from byte {offset} on {how}");

    static long ChunkStart(long offset) => offset & -ChunkSums.ChunkBytes;
}
