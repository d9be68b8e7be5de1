using System.Buffers.Binary;
using System.Net;

namespace Holdfast.Bench.Scenarios;

/// <summary>A body of any length that costs no memory and no disk: blocks of 1 MiB that differ in their first bytes. Equal seeds and
/// offsets give equal bytes, so what was stored can be checked without keeping it.</summary>
public sealed class PatternContent(long seed, long offset, long length) : HttpContent
{
    const int Block = 1 << 20;
    static readonly byte[] Filler = [.. Enumerable.Range(0, Block).Select(i => (byte)((i * 31) ^ (i >> 8)))];

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var block = (byte[])Filler.Clone();
        for (long done = 0; done < length; done += Block)
        {
            Stamp(block, seed, offset + done);
            await stream.WriteAsync(block.AsMemory(0, (int)Math.Min(Block, length - done)), cancellationToken);
        }
    }

    /// <summary>Reads a whole body and compares it with the pattern of offset 0.</summary>
    /// <exception cref="InvalidDataException">It differs, or is shorter or longer.</exception>
    public static async Task VerifyAsync(Stream body, long seed, long length, CancellationToken ct)
    {
        var expected = (byte[])Filler.Clone();
        var got = new byte[Block];
        for (long done = 0; done < length; done += Block)
        {
            Stamp(expected, seed, done);
            var wanted = (int)Math.Min(Block, length - done);
            if (await body.ReadAtLeastAsync(got.AsMemory(0, wanted), wanted, throwOnEndOfStream: false, ct) < wanted
                || !got.AsSpan(0, wanted).SequenceEqual(expected.AsSpan(0, wanted)))
                throw new InvalidDataException($"what was read differs from what was written within 1 MiB of byte {done}");
        }

        if (await body.ReadAsync(got, ct) > 0)
            throw new InvalidDataException($"there are more than {length} bytes");
    }

    static void Stamp(byte[] block, long seed, long at)
    {
        BinaryPrimitives.WriteInt64LittleEndian(block, seed);
        BinaryPrimitives.WriteInt64LittleEndian(block.AsSpan(8), at);
    }
}
