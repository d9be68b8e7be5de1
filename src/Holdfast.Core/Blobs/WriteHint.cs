using Holdfast.Protocol;

namespace Holdfast.Core.Blobs;

/// <summary>What is known when a write begins. <paramref name="Length"/> (bytes) lets the driver reserve room and refuse early.</summary>
public readonly record struct WriteHint(Digest? Digest, long? Length);
