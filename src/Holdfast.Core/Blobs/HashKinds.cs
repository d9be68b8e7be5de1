namespace Holdfast.Core.Blobs;

/// <summary>The hashes of a content beside its SHA-256, which is always taken.</summary>
[Flags]
public enum HashKinds
{
    None = 0,
    Md5 = 1,
    Crc32 = 2,
    Crc32C = 4,
    Crc64Nvme = 8,
    Sha1 = 16,
    Sha512 = 32,
}
