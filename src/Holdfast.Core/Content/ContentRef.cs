using Holdfast.Protocol;

namespace Holdfast.Core.Content;

/// <summary>
/// What a link points to, as the catalog had it when asked: a single blob or a composite of blobs. <paramref name="Size"/> is in bytes;
/// <paramref name="Digest"/> is null while a composite's SHA-256 is still being computed; <paramref name="Inline"/> holds the bytes of a
/// small blob when they were asked for, with their CRC32C.
/// </summary>
public sealed record ContentRef(
    long Size,
    long? BlobId,
    long? CompositeId,
    Digest? Digest,
    string? Location,
    bool IsDamaged,
    byte[]? Inline,
    uint InlineSum);
