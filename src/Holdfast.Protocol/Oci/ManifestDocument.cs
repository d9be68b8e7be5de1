using System.Text.Json;
using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.Oci;

/// <summary>
/// What a registry must know of a manifest, read from its bytes, which are kept as they are. Unknown fields and media types are left
/// alone; what the specification gives a meaning must be well-formed (image-spec, "Image manifest", "Image index").
/// </summary>
public sealed record ManifestDocument
{
    // Room for what annotations and unknown fields nest; a document of brackets is refused early.
    const int MaxDepth = 64;

    // Each is a row or two of the catalog, written in one transaction.
    const int MaxDescriptors = 10_000;

    // Characters: a page of referrers is read by clients as a manifest, which has bounds.
    const int MaxListedAnnotations = 64 * 1024;

    const int MaxTypeLength = 255;

    static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>As pushed, without parameters.</summary>
    public required string MediaType { get; init; }

    /// <summary>Null for an image index that states none.</summary>
    public string? ArtifactType { get; init; }

    public ContentName? Subject { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Annotations { get; init; } = [];

    /// <summary>Config, layers and blobs that the repository must hold, each once.</summary>
    public IReadOnlyList<ContentName> Blobs { get; init; } = [];

    /// <summary>Layers whose bytes lie elsewhere, so that the repository need not hold them, each once.</summary>
    public IReadOnlyList<ContentName> BlobsElsewhere { get; init; } = [];

    /// <summary>The annotations that a list of referrers shows: as many as fit its bound, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ListedAnnotations
    {
        get
        {
            var left = MaxListedAnnotations;
            return [.. Annotations.TakeWhile(pair => (left -= pair.Key.Length + pair.Value.Length) >= 0)];
        }
    }

    /// <summary>Manifests of an index, each once.</summary>
    public IReadOnlyList<ContentName> Children { get; init; } = [];

    /// <summary>The descriptors of an index, in its order.</summary>
    public IReadOnlyList<Descriptor> Entries { get; init; } = [];

    /// <summary>
    /// Reads a manifest that was sent as <paramref name="contentType"/>. Throws InvalidManifest with the place of the fault.
    /// </summary>
    public static ManifestDocument Parse(ReadOnlyMemory<byte> bytes, string? contentType)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes, Options);
            return Read(json.RootElement, MediaTypes.WithoutParameters(contentType));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new StoreException(StoreError.InvalidManifest, $"the manifest is not JSON of the expected shape: {fault.Message}", fault);
        }
    }

    static ManifestDocument Read(JsonElement root, string sentAs)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw Invalid("the manifest must be a JSON object");
        var stated = Text(root, "mediaType", "mediaType");
        var mediaType = MediaTypes.IsGeneric(sentAs) ? stated ?? sentAs : sentAs;
        if (mediaType.Length == 0)
            throw Invalid("neither Content-Type nor the manifest's mediaType says what it is");
        if (!MediaTypes.IsWellFormed(mediaType))
            throw Invalid("the media type must be a type and a subtype, such as application/json");
        if (stated is not null && stated != mediaType)
            throw Invalid($"the manifest's mediaType is {stated}, but Content-Type is {mediaType}");
        if (MediaTypes.IsSchema1(mediaType))
            throw Invalid("Docker image manifests of schema 1 are not taken: push the image as schema 2 or as an OCI image");
        RequireShape(root, mediaType);

        var config = Find(root, "config");
        var entries = List(root, "manifests");
        Descriptor[] blobs = [.. config is null ? [] : new[] { config }, .. List(root, "layers"), .. List(root, "blobs")];
        var artifactType = Text(root, "artifactType", "artifactType") is { Length: > 0 } stating ? stating : config?.MediaType;
        // It is kept as text, which cannot hold a NUL in every catalog.
        if (artifactType.AsSpan().ContainsAnyInRange('\0', '\x1f') || artifactType?.Length > MaxTypeLength)
            throw Invalid($"the artifact's type must have at most {MaxTypeLength} characters and no control characters");
        if (blobs.Length + entries.Count > MaxDescriptors)
            throw Invalid($"the manifest names {blobs.Length + entries.Count} others; at most {MaxDescriptors} are taken");
        return new ManifestDocument
        {
            MediaType = mediaType,
            ArtifactType = artifactType,
            Subject = Find(root, "subject")?.Name,
            Annotations = AnnotationsOf(root, "annotations"),
            Blobs = [.. blobs.Where(blob => !blob.IsElsewhere).Select(blob => blob.Name!.Value).Distinct()],
            BlobsElsewhere =
            [
                .. blobs.Where(blob => blob is { IsElsewhere: true, Name: not null }).Select(blob => blob.Name!.Value).Distinct(),
            ],
            Children = [.. entries.Where(entry => !entry.IsElsewhere).Select(entry => entry.Name!.Value).Distinct()],
            Entries = entries,
        };
    }

    static void RequireShape(JsonElement root, string mediaType)
    {
        var (isImage, isIndex) = (MediaTypes.IsImage(mediaType), MediaTypes.IsIndex(mediaType));
        if (!isImage && !isIndex)
            return;
        if (!root.TryGetProperty("schemaVersion", out var version) || version.ValueKind != JsonValueKind.Number
            || !version.TryGetInt32(out var number) || number != 2)
            throw Invalid("schemaVersion must be 2");
        // A document that can be read as either is a way to show two images under one digest.
        foreach (var foreign in isImage ? ["manifests"] : (ReadOnlySpan<string>)["config", "layers"])
        {
            if (Has(root, foreign))
                throw Invalid($"a {(isImage ? "manifest" : "list of manifests")} must not have {foreign}");
        }
        // An image without layers may leave the list out: clients do.
        var needed = isImage ? "config" : "manifests";
        if (!Has(root, needed))
            throw Invalid($"{needed} is missing");
    }

    static bool Has(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    static Descriptor? Find(JsonElement json, string name) => Has(json, name) ? DescriptorOf(json.GetProperty(name), name) : null;

    static List<Descriptor> List(JsonElement json, string name)
    {
        var found = new List<Descriptor>();
        if (!Has(json, name))
            return found;
        var list = json.GetProperty(name);
        if (list.ValueKind != JsonValueKind.Array)
            throw Invalid($"{name} must be a list");
        foreach (var item in list.EnumerateArray())
            found.Add(DescriptorOf(item, $"{name}[{found.Count}]"));
        return found;
    }

    static Descriptor DescriptorOf(JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw Invalid($"{path} must be a descriptor");
        var mediaType = Text(json, "mediaType", path) ?? "";
        var digest = Text(json, "digest", path) ?? throw Invalid($"{path}.digest is missing");
        if (!json.TryGetProperty("size", out var number) || number.ValueKind != JsonValueKind.Number
            || !number.TryGetInt64(out var size) || size < 0)
            throw Invalid($"{path}.size must be a number of bytes");
        var isElsewhere = MediaTypes.IsForeign(mediaType)
            || (json.TryGetProperty("urls", out var urls) && urls.ValueKind == JsonValueKind.Array && urls.GetArrayLength() > 0);
        ContentName? name = ContentName.TryParse(digest, out var parsed) ? parsed : null;
        if (name is null && !isElsewhere)
            throw Invalid($"{path}.digest is not sha256: or sha512: with lower-case hexadecimal digits");
        return new Descriptor(
            mediaType, name, size, Text(json, "artifactType", path), AnnotationsOf(json, path + ".annotations"), isElsewhere);
    }

    static List<KeyValuePair<string, string>> AnnotationsOf(JsonElement json, string path)
    {
        if (!Has(json, "annotations"))
            return [];
        var annotations = json.GetProperty("annotations");
        if (annotations.ValueKind != JsonValueKind.Object)
            throw Invalid($"{path} must be an object");
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var pair in annotations.EnumerateObject())
        {
            if (pair.Value.ValueKind != JsonValueKind.String)
                throw Invalid($"{path} must hold strings only");
            pairs.Add(new(pair.Name, pair.Value.GetString()!));
        }
        return pairs;
    }

    static string? Text(JsonElement json, string name, string path)
    {
        if (!Has(json, name))
            return null;
        var value = json.GetProperty(name);
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Invalid($"{path} must be a string");
    }

    static StoreException Invalid(string message) => new(StoreError.InvalidManifest, message);
}
