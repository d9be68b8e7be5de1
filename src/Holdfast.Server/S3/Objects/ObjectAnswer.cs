using Holdfast.Core.Content;
using Holdfast.Core.Objects;
using Holdfast.Protocol;
using Holdfast.Protocol.S3.Checksums;

namespace Holdfast.Server.S3.Objects;

/// <summary>The response headers that describe a version; the same on PUT, GET, HEAD, copy and complete.</summary>
static class ObjectAnswer
{
    public const string ContentDigest = "Holdfast-Content-Digest";
    public const string DigestState = "Holdfast-Digest-State";
    public const string ArtifactDigest = "Holdfast-Artifact-Digest";

    /// <summary>x-amz-version-id, unless the bucket was never versioned.</summary>
    public static void WriteVersion(HttpResponse response, ObjectVersion version, BucketVersioning versioning)
    {
        if (versioning != BucketVersioning.Unversioned)
            response.Headers["x-amz-version-id"] = version.VersionId;
    }

    /// <summary>The SHA-256 of the content; while that of a composite is being computed, only its state.</summary>
    public static void WriteDigest(HttpResponse response, ContentRef? content)
    {
        if (content?.Digest is { } digest)
            response.Headers[ContentDigest] = digest.ToString();
        else if (content is not null)
            response.Headers[DigestState] = "pending";
    }

    /// <summary>What the object is to tools that work on digests (design, section 4); null: its content's digest is not known.</summary>
    public static void WriteArtifact(HttpResponse response, Digest? artifact)
    {
        if (artifact is { } digest)
            response.Headers[ArtifactDigest] = digest.ToString();
    }

    public static void WriteDigest(HttpResponse response, Digest digest) => response.Headers[ContentDigest] = digest.ToString();

    public static void WriteChecksum(HttpResponse response, ChecksumValue checksum) =>
        WriteChecksum(response, checksum, checksum.Type);

    /// <summary>A part's checksum is shown with the type of the whole object's.</summary>
    public static void WriteChecksum(HttpResponse response, ChecksumValue checksum, ChecksumType type)
    {
        response.Headers[checksum.Algorithm.HeaderName()] = checksum.ToString();
        response.Headers["x-amz-checksum-type"] = type.Name();
    }
}
