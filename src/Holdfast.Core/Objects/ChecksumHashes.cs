using Holdfast.Core.Blobs;
using Holdfast.Protocol.S3.Checksums;

namespace Holdfast.Core.Objects;

/// <summary>Which hash of the ingest an S3 checksum is.</summary>
public static class ChecksumHashes
{
    public static HashKinds HashKind(this ChecksumAlgorithm algorithm) => algorithm switch
    {
        ChecksumAlgorithm.Crc32 => HashKinds.Crc32,
        ChecksumAlgorithm.Crc32C => HashKinds.Crc32C,
        ChecksumAlgorithm.Crc64Nvme => HashKinds.Crc64Nvme,
        ChecksumAlgorithm.Sha1 => HashKinds.Sha1,
        _ => HashKinds.None,
    };

    /// <summary>The value of a checksum that was asked for with <see cref="HashKind"/>; SHA-256 is always there.</summary>
    public static byte[] Of(this ContentHashes hashes, ChecksumAlgorithm algorithm) => algorithm switch
    {
        ChecksumAlgorithm.Crc32 => hashes.Crc32!,
        ChecksumAlgorithm.Crc32C => hashes.Crc32C!,
        ChecksumAlgorithm.Crc64Nvme => hashes.Crc64Nvme!,
        ChecksumAlgorithm.Sha1 => hashes.Sha1!,
        _ => hashes.Sha256.ToArray(),
    };

    public static byte[] Compute(ChecksumAlgorithm algorithm, ReadOnlySpan<byte> content) =>
        ContentHasher.Of(content, algorithm.HashKind(), ChunkSums.Of(content)).Of(algorithm);
}
