using Holdfast.Core.Content;
using Holdfast.Protocol;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Repositories;

/// <summary>
/// A manifest of a repository, as the catalog knows it; its bytes are <paramref name="Content"/>. <paramref name="Name"/> is the digest it
/// is shown with: the one it was asked for by, or the one its tag was set by.
/// </summary>
public sealed record Manifest(
    Digest Digest,
    ContentName Name,
    string MediaType,
    string? ArtifactType,
    ContentName? Subject,
    DateTimeOffset PushedAt,
    ContentRef Content);

/// <summary>
/// What is said of a manifest in a list of referrers (distribution-spec, "Listing referrers"). The name is the SHA-256.
/// </summary>
public sealed record Referrer(
    ContentName Name,
    string MediaType,
    long Size,
    string? ArtifactType,
    IReadOnlyList<KeyValuePair<string, string>> Annotations);
