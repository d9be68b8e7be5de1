using System.Buffers.Binary;
using System.Text;
using Holdfast.Protocol;
using Holdfast.Protocol.Oci;
using Holdfast.Protocol.S3;

namespace Holdfast.Core.Content.Artifacts;

/// <summary>
/// The OCI manifest of an S3 object, version 1 (docs/formats/artifact-manifest.md): exact bytes made of the content's SHA-256, its size and
/// the last segment of the key, and of nothing else. They are never changed in place: a digest that somebody signed has to stay.
/// </summary>
public static class ArtifactManifest
{
    public const string ArtifactType = "application/vnd.holdfast.object.v1";

    /// <summary>The config of every such manifest: an empty JSON object (image-spec, "Guidance for an empty descriptor").</summary>
    public static readonly Digest EmptyConfig = Digest.Of("{}"u8);

    /// <summary>The bytes that the digest of the object's artifact is taken of.</summary>
    public static byte[] Bytes(Digest content, long size, ObjectKey key)
    {
        var text = new StringBuilder(640);
        text.Append("{\"schemaVersion\":2,\"mediaType\":\"").Append(MediaTypes.OciManifest)
            .Append("\",\"artifactType\":\"").Append(ArtifactType)
            .Append("\",\"config\":{\"mediaType\":\"").Append(MediaTypes.EmptyConfig)
            .Append("\",\"digest\":\"").Append(EmptyConfig)
            .Append("\",\"size\":2,\"data\":\"e30=\"},\"layers\":[{\"mediaType\":\"").Append(MediaTypes.Octets)
            .Append("\",\"digest\":\"").Append(content)
            .Append("\",\"size\":").Append(size);
        if (Title(key) is { } title)
        {
            text.Append(",\"annotations\":{\"org.opencontainers.image.title\":\"")
                .Append(title.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))
                .Append("\"}");
        }
        return Encoding.UTF8.GetBytes(text.Append("}]}").ToString());
    }

    public static Digest DigestOf(Digest content, long size, ObjectKey key) => Digest.Of(Bytes(content, size, key));

    /// <summary>The first eight bytes of a manifest's digest as a number: what versions are found by.</summary>
    public static long Prefix(Digest manifest)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        manifest.CopyTo(bytes);
        return BinaryPrimitives.ReadInt64BigEndian(bytes);
    }

    /// <summary>
    /// The key behind its last slash: the name that clients give the file. Null for what is no name of a file: nothing, a dot segment,
    /// control characters.
    /// </summary>
    static string? Title(ObjectKey key)
    {
        var text = key.ToString();
        var title = text[(text.LastIndexOf('/') + 1)..];
        return title is "" or "." or ".." || title.Any(char.IsControl) ? null : title;
    }
}
