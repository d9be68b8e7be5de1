using System.Buffers;

namespace Holdfast.Protocol.S3.Chunked;

/// <summary>Strings the pieces of payload in a buffer together into one sequence; the links are used again for each read.</summary>
sealed class PieceSequence
{
    readonly List<Link> _links = [];
    int _used;

    public ReadOnlySequence<byte> Build(in ReadOnlySequence<byte> buffer, List<ChunkPiece> pieces)
    {
        _used = 0;
        foreach (var piece in pieces)
        {
            foreach (var memory in buffer.Slice(piece.Offset, piece.Length))
            {
                if (!memory.IsEmpty)
                    Add(memory);
            }
        }

        if (_used == 0)
            return ReadOnlySequence<byte>.Empty;
        var last = _links[_used - 1];
        return new ReadOnlySequence<byte>(_links[0], 0, last, last.Memory.Length);
    }

    /// <summary>How many payload bytes lie before a position of the sequence built last.</summary>
    public static long OffsetOf(SequencePosition position) =>
        position.GetObject() is Link link ? link.RunningIndex + position.GetInteger() : 0;

    void Add(ReadOnlyMemory<byte> memory)
    {
        if (_used == _links.Count)
            _links.Add(new Link());
        var link = _links[_used];
        var previous = _used == 0 ? null : _links[_used - 1];
        link.Follow(previous, memory);
        _used++;
    }

    sealed class Link : ReadOnlySequenceSegment<byte>
    {
        public void Follow(Link? previous, ReadOnlyMemory<byte> memory)
        {
            Memory = memory;
            Next = null;
            RunningIndex = previous is null ? 0 : previous.RunningIndex + previous.Memory.Length;
            if (previous is not null)
                previous.Next = this;
        }
    }
}
