namespace Holdfast.Protocol.S3.Checksums;

/// <summary>The checksums that an object can carry. The numbers are stored in the catalog.</summary>
public enum ChecksumAlgorithm
{
    Crc32 = 1,
    Crc32C = 2,
    Crc64Nvme = 3,
    Sha1 = 4,
    Sha256 = 5,
}

/// <summary>What the checksum of a multipart object is taken over. The numbers are stored in the catalog.</summary>
public enum ChecksumType
{
    /// <summary>All bytes.</summary>
    FullObject = 1,

    /// <summary>The checksums of the parts, one after the other.</summary>
    Composite = 2,
}
