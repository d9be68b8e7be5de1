using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Holdfast.Protocol.Hashing;

/// <summary>
/// The arithmetic shared by the reflected CRCs of 32 and 64 bits whose register starts as, and is finally inverted by, all ones.
/// Long inputs are folded 64 bytes at a time with carry-less multiplication; short ones, and machines without it, use eight tables.
/// </summary>
sealed class ReflectedCrc
{
    const int Slices = 8;
    const int FoldBytes = 64;

    readonly ulong _polynomial;
    readonly ulong _mask;
    readonly int _width;
    readonly ulong[] _tables = new ulong[Slices * 256];

    /// <summary>Element k is x^(2^k) modulo the polynomial.</summary>
    readonly ulong[] _powers = new ulong[64 + 3];

    readonly Vector128<ulong> _foldBy64Bytes;
    readonly Vector128<ulong> _foldBy16Bytes;

    public ReflectedCrc(ulong polynomial, int width)
    {
        _polynomial = polynomial;
        _width = width;
        _mask = ulong.MaxValue >> (64 - width);
        FillTables();
        _powers[0] = 1UL << (width - 2);
        for (var k = 1; k < _powers.Length; k++)
            _powers[k] = Multiply(_powers[k - 1], _powers[k - 1]);
        _foldBy64Bytes = FoldConstants(8 * FoldBytes);
        _foldBy16Bytes = FoldConstants(8 * 16);
    }

    public static bool HasHardware => Pclmulqdq.IsSupported && Sse2.IsSupported;

    public ulong Append(ulong crc, ReadOnlySpan<byte> data) =>
        HasHardware && data.Length >= 2 * FoldBytes ? AppendFolding(crc, data) : AppendTables(crc, data);

    public ulong AppendTables(ulong crc, ReadOnlySpan<byte> data) => Update(crc ^ _mask, data) ^ _mask;

    /// <summary>Needs at least 64 bytes and <see cref="HasHardware"/>.</summary>
    public ulong AppendFolding(ulong crc, ReadOnlySpan<byte> data)
    {
        ref var at = ref MemoryMarshal.GetReference(data);
        var a = Load(ref at, 0) ^ Vector128.CreateScalar(crc ^ _mask);
        var b = Load(ref at, 16);
        var c = Load(ref at, 32);
        var d = Load(ref at, 48);
        var position = FoldBytes;
        for (var k = _foldBy64Bytes; position <= data.Length - FoldBytes; position += FoldBytes)
        {
            a = Fold(a, k) ^ Load(ref at, position);
            b = Fold(b, k) ^ Load(ref at, position + 16);
            c = Fold(c, k) ^ Load(ref at, position + 32);
            d = Fold(d, k) ^ Load(ref at, position + 48);
        }

        var near = _foldBy16Bytes;
        a = Fold(Fold(Fold(a, near) ^ b, near) ^ c, near) ^ d;
        for (; position <= data.Length - 16; position += 16)
            a = Fold(a, near) ^ Load(ref at, position);

        // What is left is 16 bytes with the same remainder as everything before them.
        Span<byte> rest = stackalloc byte[16];
        MemoryMarshal.Write(rest, in a);
        return Update(Update(0, rest), data[position..]) ^ _mask;
    }

    /// <summary>The CRC of A followed by B, from the CRCs of both and the length of B, in O(log length).</summary>
    public ulong Combine(ulong crcA, ulong crcB, long lengthB)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lengthB);
        // A moves up by 8 × length bits: a multiplication by x^(8 × length). Three more squarings account for the factor 8.
        var shift = 1UL << (_width - 1);
        for (var (rest, k) = ((ulong)lengthB, 3); rest != 0; rest >>= 1, k++)
        {
            if ((rest & 1) != 0)
                shift = Multiply(shift, _powers[k]);
        }

        return Multiply(crcA, shift) ^ crcB;
    }

    ulong Update(ulong state, ReadOnlySpan<byte> data)
    {
        ref var tables = ref MemoryMarshal.GetArrayDataReference(_tables);
        while (data.Length >= 8)
        {
            var x = state ^ BinaryPrimitives.ReadUInt64LittleEndian(data);
            state = Unsafe.Add(ref tables, (nint)((7 * 256) + (x & 255)))
                ^ Unsafe.Add(ref tables, (nint)((6 * 256) + ((x >> 8) & 255)))
                ^ Unsafe.Add(ref tables, (nint)((5 * 256) + ((x >> 16) & 255)))
                ^ Unsafe.Add(ref tables, (nint)((4 * 256) + ((x >> 24) & 255)))
                ^ Unsafe.Add(ref tables, (nint)((3 * 256) + ((x >> 32) & 255)))
                ^ Unsafe.Add(ref tables, (nint)((2 * 256) + ((x >> 40) & 255)))
                ^ Unsafe.Add(ref tables, (nint)((1 * 256) + ((x >> 48) & 255)))
                ^ Unsafe.Add(ref tables, (nint)(x >> 56));
            data = data[8..];
        }

        foreach (var one in data)
            state = (state >> 8) ^ Unsafe.Add(ref tables, (nint)((state ^ one) & 255));
        return state;
    }

    void FillTables()
    {
        for (var i = 0; i < 256; i++)
        {
            var value = (ulong)i;
            for (var bit = 0; bit < 8; bit++)
                value = (value >> 1) ^ ((value & 1) * _polynomial);
            _tables[i] = value;
        }

        for (var i = 256; i < _tables.Length; i++)
        {
            var value = _tables[i - 256];
            _tables[i] = (value >> 8) ^ _tables[value & 255];
        }
    }

    /// <summary>The product modulo the polynomial; the top bit of a reflected value is the coefficient of x^0.</summary>
    ulong Multiply(ulong a, ulong b)
    {
        var product = 0UL;
        for (var bit = _width - 1; bit >= 0 && a != 0; bit--)
        {
            product ^= b & (0 - ((a >> bit) & 1));
            b = (b >> 1) ^ ((b & 1) * _polynomial);
            a &= ~(1UL << bit);
        }

        return product;
    }

    // The product of two reflected 64-bit values lies one bit too low, which is a factor x: hence the - 1.
    Vector128<ulong> FoldConstants(int bits) => Vector128.Create(PowerOfX(bits + 64 - 1), PowerOfX(bits - 1));

    ulong PowerOfX(int exponent)
    {
        var value = 1UL << (_width - 1);
        for (; exponent != 0; exponent &= exponent - 1)
            value = Multiply(value, _powers[BitOperations.TrailingZeroCount(exponent)]);
        return value << (64 - _width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> Fold(Vector128<ulong> value, Vector128<ulong> constants) =>
        (Pclmulqdq.CarrylessMultiply(value.AsInt64(), constants.AsInt64(), 0x00)
            ^ Pclmulqdq.CarrylessMultiply(value.AsInt64(), constants.AsInt64(), 0x11)).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> Load(ref byte start, nint offset) => Vector128.LoadUnsafe(ref start, (nuint)offset).AsUInt64();
}
