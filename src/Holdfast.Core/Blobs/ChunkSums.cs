using System.Buffers.Binary;

namespace Holdfast.Core.Blobs;

/// <summary>
/// The checksums that make every range of a blob checkable: the CRC-32C of each 64 KiB of content (the last chunk may be shorter), as
/// little-endian 32-bit numbers, in segments of 1024 sums that cover 64 MiB. Takes size/16384 bytes. Not thread safe.
/// </summary>
public sealed class ChunkSums
{
    public const int ChunkBytes = 64 * 1024;
    public const int SumBytes = 4;
    public const int SumsPerSegment = 1024;
    public const long SegmentBytes = (long)ChunkBytes * SumsPerSegment;

    const int FirstSegmentBytes = 64;

    readonly List<byte[]> _full = [];
    byte[] _segment = [];
    int _segmentLength;
    uint _chunkCrc;
    int _chunkLength;
    uint _contentCrc;

    /// <summary>The sums of all bytes appended so far; a fresh list. The empty content has no segment.</summary>
    public IReadOnlyList<byte[]> Segments
    {
        get
        {
            var last = new byte[_segmentLength + (_chunkLength > 0 ? SumBytes : 0)];
            _segment.AsSpan(0, _segmentLength).CopyTo(last);
            if (_chunkLength > 0)
                BinaryPrimitives.WriteUInt32LittleEndian(last.AsSpan(_segmentLength), _chunkCrc);
            return last.Length == 0 ? [.. _full] : [.. _full, last];
        }
    }

    /// <summary>The CRC-32C of the whole content, put together from those of its chunks.</summary>
    public uint Crc32C => Protocol.Hashing.Crc32C.Combine(_contentCrc, _chunkCrc, _chunkLength);

    public static ChunkSums Of(ReadOnlySpan<byte> content)
    {
        var sums = new ChunkSums();
        sums.Append(content);
        return sums;
    }

    public void Append(ReadOnlySpan<byte> content)
    {
        while (content.Length > 0)
        {
            var taken = Math.Min(content.Length, ChunkBytes - _chunkLength);
            _chunkCrc = Protocol.Hashing.Crc32C.Append(_chunkCrc, content[..taken]);
            _chunkLength += taken;
            content = content[taken..];
            if (_chunkLength == ChunkBytes)
                EndChunk();
        }
    }

    /// <summary>Whether <paramref name="chunk"/>, the one with this number within its segment, is what was summed up.</summary>
    public static bool Matches(ReadOnlySpan<byte> segment, int indexInSegment, ReadOnlySpan<byte> chunk) =>
        segment.Length >= (indexInSegment + 1) * SumBytes
        && BinaryPrimitives.ReadUInt32LittleEndian(segment[(indexInSegment * SumBytes)..]) == Protocol.Hashing.Crc32C.Append(0, chunk);

    void EndChunk()
    {
        if (_segmentLength == _segment.Length)
            Array.Resize(ref _segment, Math.Max(FirstSegmentBytes, 2 * _segment.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(_segment.AsSpan(_segmentLength), _chunkCrc);
        _segmentLength += SumBytes;
        _contentCrc = Crc32C;
        _chunkCrc = 0;
        _chunkLength = 0;
        if (_segmentLength < SumsPerSegment * SumBytes)
            return;
        _full.Add(_segment);
        _segment = [];
        _segmentLength = 0;
    }
}
