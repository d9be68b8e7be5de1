namespace Holdfast.Protocol.Hashing;

/// <summary>
/// CRC-32C (Castagnoli), as in iSCSI and <c>x-amz-checksum-crc32c</c>; also the store's own chunk checksum. Values in and out are finished
/// ones: the CRC of nothing is 0. Thread-safe.
/// </summary>
public static class Crc32C
{
    internal static readonly ReflectedCrc Arithmetic = new(0x82F63B78, 32);

    /// <summary>The CRC of what gave <paramref name="crc"/> followed by <paramref name="data"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data) => (uint)Arithmetic.Append(crc, data);

    /// <summary>The CRC of A followed by B, B being <paramref name="lengthB"/> bytes long, without reading either.</summary>
    public static uint Combine(uint crcA, uint crcB, long lengthB) => (uint)Arithmetic.Combine(crcA, crcB, lengthB);
}
