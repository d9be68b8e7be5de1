using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Holdfast.Core.Blobs;
using Holdfast.Protocol.Hashing;
using Holdfast.Protocol.S3.Checksums;

namespace Holdfast.Core.Content;

/// <summary>A checksum over all bytes of stored content, for what was uploaded without it.</summary>
public static class ContentChecksum
{
    const int BufferBytes = 128 * 1024;

    /// <summary>
    /// Reads the content once, through one buffer; not at all where its SHA-256 is wanted and known. Null when it was collected since it
    /// was looked up. Throws BlobDamaged.
    /// </summary>
    public static async ValueTask<ChecksumValue?> FindAsync(
        ContentReads reads, ContentRef content, ChecksumAlgorithm algorithm, CancellationToken ct)
    {
        if (algorithm == ChecksumAlgorithm.Sha256 && content.Digest is { } digest)
            return new ChecksumValue(algorithm, digest.ToArray());
        await using var reader = await reads.FindAsync(content, ByteRange.All(content.Size), ct);
        return reader is null ? null : await ComputeAsync(reader, algorithm, ct);
    }

    static async ValueTask<ChecksumValue> ComputeAsync(ContentReader reader, ChecksumAlgorithm algorithm, CancellationToken ct)
    {
        using var hash = algorithm switch
        {
            ChecksumAlgorithm.Sha1 => IncrementalHash.CreateHash(HashAlgorithmName.SHA1),
            ChecksumAlgorithm.Sha256 => IncrementalHash.CreateHash(HashAlgorithmName.SHA256),
            _ => null,
        };
        var crc = 0UL;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (await reader.ReadAsync(buffer.AsMemory(0, BufferBytes), ct) is var count and > 0)
            {
                hash?.AppendData(buffer, 0, count);
                crc = Append(algorithm, crc, buffer.AsSpan(0, count));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return new ChecksumValue(algorithm, hash?.GetHashAndReset() ?? BigEndian(crc, algorithm.Size()));
    }

    static ulong Append(ChecksumAlgorithm algorithm, ulong crc, ReadOnlySpan<byte> content) => algorithm switch
    {
        ChecksumAlgorithm.Crc32 => Crc32.Append((uint)crc, content),
        ChecksumAlgorithm.Crc32C => Crc32C.Append((uint)crc, content),
        ChecksumAlgorithm.Crc64Nvme => Crc64Nvme.Append(crc, content),
        _ => 0,
    };

    static byte[] BigEndian(ulong crc, int size)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, crc);
        return bytes[^size..].ToArray();
    }
}
