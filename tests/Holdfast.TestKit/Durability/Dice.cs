using System.Buffers.Binary;

namespace Holdfast.TestKit.Durability;

/// <summary>Numbers that a seed determines (SplitMix64, Steele et al. 2014), so that a failure can be run again. Not thread safe.</summary>
public sealed class Dice(ulong seed)
{
    ulong _state = seed;

    /// <summary>0 or more, less than <paramref name="bound"/>.</summary>
    public int Next(int bound) => (int)(Draw() % (ulong)bound);

    public T Pick<T>(IReadOnlyList<T> from) => from[Next(from.Count)];

    public byte[] Bytes(int count)
    {
        var padded = new byte[(count + 7) & ~7];
        for (var at = 0; at < count; at += 8)
            BinaryPrimitives.WriteUInt64LittleEndian(padded.AsSpan(at), Draw());
        return padded[..count];
    }

    ulong Draw()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
