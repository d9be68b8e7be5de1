using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Holdfast.Clients.Tests.Conformance.Wire;

/// <summary>The checksums S3 names, computed the plain way, as their headers carry them.</summary>
public static class Sums
{
    public static string Md5Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));

    public static string Md5(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(MD5.HashData(bytes));

    /// <summary>The value of x-amz-checksum-<paramref name="algorithm"/>.</summary>
    public static string Of(string algorithm, ReadOnlySpan<byte> bytes) => Convert.ToBase64String(BytesOf(algorithm, bytes));

    /// <summary>The checksum of the parts' checksums, with their number.</summary>
    public static string Composite(string algorithm, params byte[][] parts) =>
        $"{Of(algorithm, parts.SelectMany(part => BytesOf(algorithm, part)).ToArray())}-{parts.Length}";

    /// <summary>A multipart ETag, quoted.</summary>
    public static string PartsETag(params byte[][] parts) =>
        $"\"{Md5Hex(parts.SelectMany(part => MD5.HashData(part)).ToArray())}-{parts.Length}\"";

    static byte[] BytesOf(string algorithm, ReadOnlySpan<byte> bytes) => algorithm switch
    {
        "crc32" => BigEndian(Crc(bytes, 0xEDB88320, uint.MaxValue), 4),
        "crc32c" => BigEndian(Crc(bytes, 0x82F63B78, uint.MaxValue), 4),
        "crc64nvme" => BigEndian(Crc(bytes, 0x9A6C9329AC4BC9B5, ulong.MaxValue), 8),
        "sha1" => SHA1.HashData(bytes),
        "sha256" => SHA256.HashData(bytes),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No such checksum."),
    };

    /// <summary>
    /// A reflected CRC of up to 64 bits, bit by bit through a table; <paramref name="ones"/> is its start and its final xor.
    /// </summary>
    static ulong Crc(ReadOnlySpan<byte> bytes, ulong polynomial, ulong ones)
    {
        Span<ulong> table = stackalloc ulong[256];
        for (var i = 0; i < 256; i++)
        {
            var entry = (ulong)i;
            for (var bit = 0; bit < 8; bit++)
                entry = (entry & 1) == 1 ? (entry >> 1) ^ polynomial : entry >> 1;
            table[i] = entry;
        }
        var crc = ones;
        foreach (var value in bytes)
            crc = table[(int)((crc ^ value) & 0xFF)] ^ (crc >> 8);
        return crc ^ ones;
    }

    static byte[] BigEndian(ulong value, int length)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes[^length..];
    }
}
