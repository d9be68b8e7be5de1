using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Holdfast.Server.Tests.S3;

/// <summary>The checksums of S3 a bit at a time, by another way than the product's, in their text form.</summary>
static class Checksums
{
    public static string Of(string algorithm, ReadOnlySpan<byte> content) => Convert.ToBase64String(algorithm switch
    {
        "SHA1" => SHA1.HashData(content),
        "SHA256" => SHA256.HashData(content),
        "CRC32" => Crc(content, 0xEDB88320, 32),
        "CRC32C" => Crc(content, 0x82F63B78, 32),
        _ => Crc(content, 0x9A6C9329AC4BC9B5, 64),
    });

    static byte[] Crc(ReadOnlySpan<byte> content, ulong polynomial, int bits)
    {
        var ones = bits == 64 ? ulong.MaxValue : uint.MaxValue;
        var value = ones;
        foreach (var next in content)
        {
            value ^= next;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ polynomial;
        }

        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value ^ ones);
        return bytes[(8 - bits / 8)..];
    }
}
