using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.Oci;

/// <summary>What stands behind <c>manifests/</c>: a digest when it holds a colon, else a tag. Exactly one of the two is set.</summary>
public readonly record struct ManifestReference(ContentName? Digest, TagName? Tag)
{
    /// <summary>Throws <see cref="StoreError.InvalidDigest"/> or <see cref="StoreError.InvalidReference"/>.</summary>
    public static ManifestReference Parse(string text) => text.Contains(':', StringComparison.Ordinal)
        ? new(ContentName.Parse(text), null)
        : new(null, TagName.Parse(text));

    public override string ToString() => Digest?.ToString() ?? Tag?.ToString() ?? "";
}
