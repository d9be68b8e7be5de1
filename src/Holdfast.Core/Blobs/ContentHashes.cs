using Holdfast.Protocol;

namespace Holdfast.Core.Blobs;

/// <summary>The hashes of one content; null where not asked for. CRCs are big-endian, as S3 and the catalog write them.</summary>
public sealed class ContentHashes
{
    public required Digest Sha256 { get; init; }

    public byte[]? Md5 { get; init; }

    public byte[]? Crc32 { get; init; }

    public byte[]? Crc32C { get; init; }

    public byte[]? Crc64Nvme { get; init; }

    public byte[]? Sha1 { get; init; }

    public byte[]? Sha512 { get; init; }
}
