using Holdfast.Core.Access;
using Holdfast.Core.Content;
using Holdfast.Core.Content.Artifacts;
using Holdfast.Protocol;
using Holdfast.Protocol.S3;
using Holdfast.Protocol.S3.Checksums;

namespace Holdfast.Core.Objects;

/// <summary>One version of one key: an object or a delete marker. <see cref="Seq"/> orders the versions of a key, newest highest.</summary>
public sealed record ObjectVersion
{
    public required long BucketId { get; init; }
    public required ObjectKey Key { get; init; }
    public required long Seq { get; init; }

    /// <summary>Makes the version id unguessable and never the same twice, also when a sequence number is.</summary>
    public required long Nonce { get; init; }

    /// <summary>The version called "null": written while the bucket was not versioned, or while versioning was suspended.</summary>
    public required bool IsNull { get; init; }
    public required bool IsMarker { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required string Owner { get; init; }
    public required CannedAcl Acl { get; init; }

    /// <summary>Bytes; 0 for a delete marker.</summary>
    public required long Size { get; init; }
    public required ETag ETag { get; init; }
    public required ChecksumValue? Checksum { get; init; }

    /// <summary>Content-Type and the other stored response headers, and x-amz-meta-…, with lower-case names.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }
    public required IReadOnlyList<KeyValuePair<string, string>> Tags { get; init; }

    /// <summary>Null for a delete marker.</summary>
    public required ContentRef? Content { get; init; }

    /// <summary>The id that S3 shows: "null", or an opaque text.</summary>
    public string VersionId => IsNull ? "null" : new VersionId(Seq, Nonce).ToString();

    /// <summary>The digest of the OCI manifest that the object is; null while that of its content is not known, and for a marker.</summary>
    public Digest? ArtifactDigest =>
        Content?.Digest is { } digest ? ArtifactManifest.DigestOf(digest, Size, Key) : null;

    public string? Header(string name)
    {
        foreach (var (key, value) in Headers)
        {
            if (key == name)
                return value;
        }
        return null;
    }
}
