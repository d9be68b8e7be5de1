using Holdfast.Protocol;

namespace Holdfast.Core.Blobs;

/// <summary>What a backend knows of a stored blob. <paramref name="Size"/> is in bytes.</summary>
public sealed record BlobInfo(BlobLocation Location, Digest Digest, long Size);
