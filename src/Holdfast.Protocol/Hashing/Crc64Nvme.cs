namespace Holdfast.Protocol.Hashing;

/// <summary>
/// CRC-64/NVME, as in <c>x-amz-checksum-crc64nvme</c>. Values in and out are finished ones: the CRC of nothing is 0. Thread-safe.
/// </summary>
public static class Crc64Nvme
{
    internal static readonly ReflectedCrc Arithmetic = new(0x9A6C9329AC4BC9B5, 64);

    /// <summary>The CRC of what gave <paramref name="crc"/> followed by <paramref name="data"/>.</summary>
    public static ulong Append(ulong crc, ReadOnlySpan<byte> data) => Arithmetic.Append(crc, data);

    /// <summary>The CRC of A followed by B, B being <paramref name="lengthB"/> bytes long, without reading either.</summary>
    public static ulong Combine(ulong crcA, ulong crcB, long lengthB) => Arithmetic.Combine(crcA, crcB, lengthB);
}
