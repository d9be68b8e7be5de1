using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Core.Content.Artifacts;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;

namespace Holdfast.Server.Admin;

/// <summary>
/// What a PATCH changes of an artifact record, as a JSON merge patch (RFC 7396): a null removes a name, other names stay. All faults are
/// told at once, each by its path.
/// </summary>
static class ArtifactPatch
{
    const int MaxNames = 64;
    const int MaxNameLength = 128;
    const int MaxValueLength = 1024;

    static readonly string[] Fields = ["artifact_type", "type_metadata", "labels", "annotations"];

    /// <summary>Whether the type is removed, so that what the bytes say counts again.</summary>
    public static bool ForgetsType(JsonObject changes) => changes.TryGetPropertyValue("artifact_type", out var value) && value is null;

    /// <param name="seen">What the bytes say, for a record that has no type or whose type is removed.</param>
    public static Artifact Apply(Artifact known, JsonObject changes, Artifact seen)
    {
        if (known.Type is null || ForgetsType(changes))
            known = known with { Type = seen.Type, TypeMetadata = seen.TypeMetadata };
        var faults = new List<KeyValuePair<string, string>>();
        foreach (var (field, _) in changes)
        {
            if (!Fields.Contains(field))
                faults.Add(new(field, $"cannot be changed; {string.Join(", ", Fields)} can"));
        }
        var changed = new Artifact(
            Type(known.Type, changes, faults),
            Merge(known.TypeMetadata, changes, "type_metadata", faults),
            Merge(known.Annotations, changes, "annotations", faults),
            Merge(known.Labels, changes, "labels", faults));
        if (faults.Count > 0)
            throw new StoreException(StoreError.InvalidArgument, $"the change is not valid: {faults[0].Key} {faults[0].Value}")
            {
                Details = faults,
            };
        return changed;
    }

    static string? Type(string? known, JsonObject changes, List<KeyValuePair<string, string>> faults)
    {
        if (!changes.TryGetPropertyValue("artifact_type", out var value) || value is null)
            return known;
        if (value.GetValueKind() == JsonValueKind.String && ArtifactKind.Known.Contains(value.GetValue<string>()))
            return value.GetValue<string>();
        faults.Add(new("artifact_type", $"must be one of {string.Join(", ", ArtifactKind.Known)}"));
        return known;
    }

    static IReadOnlyList<KeyValuePair<string, string>> Merge(
        IReadOnlyList<KeyValuePair<string, string>> known,
        JsonObject changes,
        string field,
        List<KeyValuePair<string, string>> faults)
    {
        if (!changes.TryGetPropertyValue(field, out var value))
            return known;
        if (value is null)
            return [];
        if (value is not JsonObject patch)
        {
            faults.Add(new(field, "must be an object of strings, or null to remove all"));
            return known;
        }
        var merged = new SortedDictionary<string, string>(known.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (name, change) in patch)
            MergeOne(merged, field, name, change, faults);
        if (merged.Count > MaxNames)
            faults.Add(new(field, $"has {merged.Count} names; at most {MaxNames} are kept"));
        return [.. merged];
    }

    static void MergeOne(
        SortedDictionary<string, string> merged,
        string field,
        string name,
        JsonNode? change,
        List<KeyValuePair<string, string>> faults)
    {
        if (change is null)
            merged.Remove(name);
        else if (name.Length is 0 or > MaxNameLength)
            faults.Add(new($"{field}.{name[..Math.Min(name.Length, 32)]}", $"a name has 1 to {MaxNameLength} characters"));
        else if (change.GetValueKind() != JsonValueKind.String || change.GetValue<string>().Length > MaxValueLength)
            faults.Add(new($"{field}.{name}", $"must be a string of at most {MaxValueLength} characters"));
        else
            merged[name] = change.GetValue<string>();
    }
}
