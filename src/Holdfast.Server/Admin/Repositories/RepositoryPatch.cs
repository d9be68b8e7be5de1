using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Core.Repositories;
using Holdfast.Core.Repositories.Retention;
using Holdfast.Protocol.Errors;

namespace Holdfast.Server.Admin.Repositories;

/// <summary>
/// What a PATCH changes of a repository, as a JSON merge patch (RFC 7396): a null gives the default back. All faults are told at once, each
/// by its path.
/// </summary>
static class RepositoryPatch
{
    const int MaxDescription = 4096;

    const int MaxPatterns = 64;

    const long MaxAgeSeconds = 3_153_600_000;

    static readonly string[] Fields = ["public", "description", "immutable_tags", "untagged_age", "dangling_age", "retention"];

    public static Repository Apply(Repository known, JsonObject changes)
    {
        var faults = new List<KeyValuePair<string, string>>();
        var changed = known;
        foreach (var (field, value) in changes)
        {
            changed = field switch
            {
                "public" => changed with { IsPublic = Flag(value, field, faults) },
                "description" => changed with { Description = Text(value, field, faults) },
                "immutable_tags" => changed with { ImmutableTags = Patterns(value, field, faults) },
                "untagged_age" => changed with { UntaggedAge = Age(value, field, faults) },
                "dangling_age" => changed with { DanglingAge = Age(value, field, faults) },
                "retention" => changed with { Retention = value is null ? [] : RetentionRules.Parse(value, field, faults) },
                _ => Unknown(changed, field, faults),
            };
        }
        if (changed.IsPublic && known.BucketId is not null)
            faults.Add(new("public", "of a bucket follows from its ACL"));
        if (faults.Count > 0)
            throw new StoreException(StoreError.InvalidArgument, $"the change is not valid: {faults[0].Key} {faults[0].Value}")
            {
                Details = faults,
            };
        return changed;
    }

    static Repository Unknown(Repository known, string field, List<KeyValuePair<string, string>> faults)
    {
        faults.Add(new(field, $"cannot be changed; {string.Join(", ", Fields)} can"));
        return known;
    }

    static bool Flag(JsonNode? value, string field, List<KeyValuePair<string, string>> faults)
    {
        if (value is null)
            return false;
        if (value.GetValueKind() is JsonValueKind.True or JsonValueKind.False)
            return value.GetValue<bool>();
        faults.Add(new(field, "must be true or false"));
        return false;
    }

    static string Text(JsonNode? value, string field, List<KeyValuePair<string, string>> faults)
    {
        if (value is null)
            return "";
        if (value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: <= MaxDescription } text
            && !text.Any(letter => char.IsControl(letter) && letter is not ('\n' or '\t' or '\r')))
            return text;
        faults.Add(new(field, $"must be a text of at most {MaxDescription} characters without control characters"));
        return "";
    }

    static List<string> Patterns(JsonNode? value, string field, List<KeyValuePair<string, string>> faults) =>
        value is null ? [] : RetentionRules.ParsePatterns(value, field, MaxPatterns, faults);

    static TimeSpan? Age(JsonNode? value, string field, List<KeyValuePair<string, string>> faults)
    {
        if (value is null)
            return null;
        if (value is JsonValue number && number.TryGetValue<long>(out var seconds) && seconds is >= 0 and <= MaxAgeSeconds)
            return TimeSpan.FromSeconds(seconds);
        faults.Add(new(field, $"must be a whole number of seconds from 0 to {MaxAgeSeconds}, or null to keep such manifests"));
        return null;
    }
}
