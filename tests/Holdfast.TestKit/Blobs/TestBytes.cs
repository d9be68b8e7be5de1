using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Holdfast.TestKit.Blobs;

/// <summary>Content for tests: the same for the same length and seed, and different in every 8 bytes.</summary>
public static class TestBytes
{
    public static byte[] Of(int length, int seed = 1)
    {
        var bytes = new byte[length];
        Span<byte> last = stackalloc byte[8];
        for (var i = 0; i < length; i += 8)
        {
            // A multiplicative step of splitmix64: cheap, and no two positions look alike.
            var z = unchecked(((ulong)i + ((ulong)seed << 40) + 1) * 0x9E3779B97F4A7C15);
            z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
            BinaryPrimitives.WriteUInt64LittleEndian(last, z ^ (z >> 27));
            last[..Math.Min(8, length - i)].CopyTo(bytes.AsSpan(i));
        }

        return bytes;
    }

    /// <summary>One sequence of segments of these lengths, repeated until <paramref name="content"/> is used up.</summary>
    public static ReadOnlySequence<byte> InSegments(ReadOnlyMemory<byte> content, params int[] lengths)
    {
        Segment? first = null;
        Segment? last = null;
        for (var i = 0; content.Length > 0 || first is null; i++)
        {
            var length = Math.Min(content.Length, lengths[i % lengths.Length]);
            last = new Segment(content[..length], last);
            first ??= last;
            content = content[length..];
        }

        return new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }

    /// <summary>
    /// A body that arrives in pieces of these lengths, repeated, then ends, or breaks with <paramref name="breaksWith"/>.
    /// </summary>
    public static PipeReader Body(ReadOnlyMemory<byte> content, int[] lengths, Exception? breaksWith = null)
    {
        var pipe = new Pipe(
            new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false));
        _ = FeedAsync(pipe.Writer, content, lengths, breaksWith);
        return pipe.Reader;
    }

    public static PipeReader Body(ReadOnlyMemory<byte> content) => Body(content, [4096]);

    static async Task FeedAsync(PipeWriter writer, ReadOnlyMemory<byte> content, int[] lengths, Exception? breaksWith)
    {
        for (var i = 0; content.Length > 0; i++)
        {
            var length = Math.Min(content.Length, lengths[i % lengths.Length]);
            if ((await writer.WriteAsync(content[..length])).IsCompleted)
                break;
            content = content[length..];
        }

        await writer.CompleteAsync(breaksWith);
    }

    sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is null)
                return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
