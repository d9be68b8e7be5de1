using System.Security.Cryptography;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Hashing;

namespace Holdfast.Protocol.S3.Checksums;

/// <summary>The checksum of a multipart object from those of its parts, without reading a byte of them (specs/s3.md, rule 40).</summary>
public static class MultipartChecksums
{
    /// <summary>
    /// The type an upload will have: COMPOSITE unless told otherwise, but FULL_OBJECT for CRC64NVME. Throws
    /// <see cref="StoreError.InvalidRequest"/> for a pair that does not exist and for a type without an algorithm.
    /// </summary>
    public static ChecksumType? ResolveType(ChecksumAlgorithm? algorithm, ChecksumType? type)
    {
        if (algorithm is not { } chosen)
        {
            return type is null
                ? null
                : throw new StoreException(
                    StoreError.InvalidRequest, "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.");
        }

        var resolved = type ?? (chosen == ChecksumAlgorithm.Crc64Nvme ? ChecksumType.FullObject : ChecksumType.Composite);
        var exists = resolved == ChecksumType.FullObject ? chosen.IsCrc() : chosen != ChecksumAlgorithm.Crc64Nvme;
        return exists
            ? resolved
            : throw new StoreException(
                StoreError.InvalidRequest,
                $"The {resolved.Name()} checksum type cannot be used with the {chosen.Name().ToLowerInvariant()} checksum algorithm.");
    }

    /// <summary>The checksum over the parts' checksums, in order.</summary>
    public static ChecksumValue Composite(ChecksumAlgorithm algorithm, ReadOnlySpan<ChecksumValue> parts)
    {
        var all = new byte[parts.Length * algorithm.Size()];
        for (var i = 0; i < parts.Length; i++)
            parts[i].Bytes.CopyTo(all, i * algorithm.Size());
        var bytes = algorithm switch
        {
            ChecksumAlgorithm.Crc32 => ChecksumValue.OfCrc32(Crc32.Append(0, all)).Bytes,
            ChecksumAlgorithm.Crc32C => ChecksumValue.OfCrc32C(Crc32C.Append(0, all)).Bytes,
            ChecksumAlgorithm.Sha1 => SHA1.HashData(all),
            ChecksumAlgorithm.Sha256 => SHA256.HashData(all),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), "CRC64NVME has no composite"),
        };
        return new ChecksumValue(algorithm, bytes, parts.Length);
    }

    /// <summary>The checksum over all bytes, from the parts' checksums and lengths in bytes; CRCs only.</summary>
    public static ChecksumValue FullObject(ChecksumAlgorithm algorithm, ReadOnlySpan<(ChecksumValue Checksum, long Length)> parts)
    {
        var crc = 0UL;
        foreach (var (part, length) in parts)
        {
            crc = algorithm switch
            {
                ChecksumAlgorithm.Crc32 => Crc32.Combine((uint)crc, (uint)part.ToCrc(), length),
                ChecksumAlgorithm.Crc32C => Crc32C.Combine((uint)crc, (uint)part.ToCrc(), length),
                ChecksumAlgorithm.Crc64Nvme => Crc64Nvme.Combine(crc, part.ToCrc(), length),
                _ => throw new ArgumentOutOfRangeException(nameof(algorithm), "only CRCs combine"),
            };
        }

        return algorithm switch
        {
            ChecksumAlgorithm.Crc32 => ChecksumValue.OfCrc32((uint)crc),
            ChecksumAlgorithm.Crc32C => ChecksumValue.OfCrc32C((uint)crc),
            _ => ChecksumValue.OfCrc64Nvme(crc),
        };
    }
}
