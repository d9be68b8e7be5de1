using System.Buffers;

namespace Holdfast.Protocol.Oci;

/// <summary>Media types of manifests (image-spec, "Media types"; Docker's image manifest version 2, schema 2).</summary>
public static class MediaTypes
{
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string EmptyConfig = "application/vnd.oci.empty.v1+json";
    public const string Octets = "application/octet-stream";

    const int MaxLength = 255;

    // RFC 9110, section 5.6.2.
    static readonly SearchValues<char> Token =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~");

    /// <summary>Schema 1, which names its layers in a way of its own and is signed by a scheme nobody uses any more.</summary>
    const string DockerSchema1 = "application/vnd.docker.distribution.manifest.v1+";

    public static bool IsIndex(string mediaType) => mediaType is OciIndex or DockerList;

    public static bool IsImage(string mediaType) => mediaType is OciManifest or DockerManifest;

    public static bool IsSchema1(string mediaType) => mediaType.StartsWith(DockerSchema1, StringComparison.Ordinal);

    /// <summary>
    /// Layers whose bytes lie elsewhere, so that a registry need not have them (image-spec, "Non-distributable layers"; Docker's foreign
    /// layers).
    /// </summary>
    public static bool IsForeign(string mediaType) =>
        mediaType.StartsWith("application/vnd.oci.image.layer.nondistributable.", StringComparison.Ordinal)
        || mediaType.StartsWith("application/vnd.docker.image.rootfs.foreign.", StringComparison.Ordinal);

    /// <summary>Types that say nothing of a manifest: what the document says of itself counts then.</summary>
    public static bool IsGeneric(string mediaType) => mediaType is "" or "application/json" or Octets;

    /// <summary>
    /// Whether it is a type and a subtype (RFC 9110, section 8.3.1), at most 255 characters: what a header can say again to whoever pulls.
    /// </summary>
    public static bool IsWellFormed(string mediaType) =>
        mediaType.Length <= MaxLength
        && mediaType.IndexOf('/', StringComparison.Ordinal) is var slash and > 0 && slash < mediaType.Length - 1
        && !mediaType.AsSpan(0, slash).ContainsAnyExcept(Token) && !mediaType.AsSpan(slash + 1).ContainsAnyExcept(Token);

    /// <summary>The type without its parameters, which do not count.</summary>
    public static string WithoutParameters(string? contentType) =>
        contentType is null ? "" : contentType.Split(';', 2)[0].Trim();
}
