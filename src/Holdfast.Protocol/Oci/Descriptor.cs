namespace Holdfast.Protocol.Oci;

/// <summary>
/// What a manifest says of other content (image-spec, "Descriptor"). <paramref name="Name"/> is null when the digest is of an algorithm
/// that is not taken here, which only content that lies elsewhere may have.
/// </summary>
public sealed record Descriptor(
    string MediaType,
    ContentName? Name,
    long Size,
    string? ArtifactType,
    IReadOnlyList<KeyValuePair<string, string>> Annotations,
    bool IsElsewhere);
