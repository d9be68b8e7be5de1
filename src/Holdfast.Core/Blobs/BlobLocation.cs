namespace Holdfast.Core.Blobs;

/// <summary>
/// Where a backend keeps one copy of a blob: opaque to everyone but its driver, at most 200 ASCII bytes, unique per ingest and never
/// reused (<c>DIGEST.NONCE</c> when the digest is known at the start, else <c>u/NONCE</c>; the local driver always ends with the former).
/// </summary>
public readonly record struct BlobLocation(string Value)
{
    public const int MaxBytes = 200;

    public override string ToString() => Value;
}
