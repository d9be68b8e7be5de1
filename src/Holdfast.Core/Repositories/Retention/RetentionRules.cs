using System.Text.Json.Nodes;

namespace Holdfast.Core.Repositories.Retention;

/// <summary>The rules in the JSON that the catalog and the admin API share; ages are in seconds.</summary>
public static class RetentionRules
{
    static readonly string[] Fields = ["tags", "keep_pushed", "keep_pulled", "pushed_within", "pulled_within"];

    /// <summary>Null for no rules, so that an absent column stays absent.</summary>
    public static string? Write(IReadOnlyList<RetentionRule> rules) => rules.Count == 0 ? null : ToJson(rules).ToJsonString();

    /// <summary>What <see cref="Write"/> gave.</summary>
    public static IReadOnlyList<RetentionRule> Read(string? text) => text is null ? [] : Parse(JsonNode.Parse(text)!, "retention", []);

    public static JsonArray ToJson(IReadOnlyList<RetentionRule> rules)
    {
        var list = new JsonArray();
        foreach (var rule in rules)
        {
            var json = new JsonObject { ["tags"] = new JsonArray([.. rule.Tags.Select(tag => (JsonNode)tag)]) };
            Set(json, "keep_pushed", rule.KeepPushed);
            Set(json, "keep_pulled", rule.KeepPulled);
            Set(json, "pushed_within", (long?)rule.PushedWithin?.TotalSeconds);
            Set(json, "pulled_within", (long?)rule.PulledWithin?.TotalSeconds);
            list.Add(json);
        }
        return list;
    }

    /// <summary>Reads rules; what is wrong with them is added to <paramref name="faults"/> by its path.</summary>
    public static List<RetentionRule> Parse(JsonNode node, string path, List<KeyValuePair<string, string>> faults)
    {
        var rules = new List<RetentionRule>();
        if (node is not JsonArray { Count: <= RetentionRule.MaxRules } list)
        {
            faults.Add(new(path, $"must be a list of at most {RetentionRule.MaxRules} rules"));
            return rules;
        }
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is JsonObject rule)
                rules.Add(ParseRule(rule, $"{path}[{i}]", faults));
            else
                faults.Add(new($"{path}[{i}]", "must be an object"));
        }
        return rules;
    }

    /// <summary>A list of patterns of tags.</summary>
    public static List<string> ParsePatterns(JsonNode? node, string path, int max, List<KeyValuePair<string, string>> faults)
    {
        var patterns = new List<string>();
        foreach (var item in node as JsonArray ?? [])
        {
            if (item?.GetValueKind() == System.Text.Json.JsonValueKind.String && TagPattern.IsValid(item.GetValue<string>()))
                patterns.Add(item.GetValue<string>());
            else
                faults.Add(new($"{path}[{patterns.Count}]", "must be a pattern of letters, digits, . _ - * and ?, at most 128 characters"));
        }
        if (node is not JsonArray || patterns.Count > max)
            faults.Add(new(path, $"must be a list of at most {max} patterns"));
        return patterns;
    }

    static RetentionRule ParseRule(JsonObject rule, string path, List<KeyValuePair<string, string>> faults)
    {
        foreach (var (name, _) in rule)
        {
            if (!Fields.Contains(name))
                faults.Add(new($"{path}.{name}", $"is not known; {string.Join(", ", Fields)} are"));
        }
        var tags = ParsePatterns(rule["tags"], $"{path}.tags", RetentionRule.MaxRules, faults);
        if (tags.Count == 0)
            faults.Add(new($"{path}.tags", "must hold at least one pattern"));
        return new RetentionRule(
            tags,
            (int?)Number(rule, "keep_pushed", path, RetentionRule.MaxKept, faults),
            (int?)Number(rule, "keep_pulled", path, RetentionRule.MaxKept, faults),
            Age(rule, "pushed_within", path, faults),
            Age(rule, "pulled_within", path, faults));
    }

    static TimeSpan? Age(JsonObject rule, string name, string path, List<KeyValuePair<string, string>> faults) =>
        Number(rule, name, path, 3_153_600_000, faults) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    static long? Number(JsonObject rule, string name, string path, long max, List<KeyValuePair<string, string>> faults)
    {
        if (rule[name] is not { } node)
            return null;
        if (node is JsonValue value && value.TryGetValue<long>(out var number) && number >= 0 && number <= max)
            return number;
        faults.Add(new($"{path}.{name}", $"must be a whole number from 0 to {max}"));
        return null;
    }

    static void Set(JsonObject json, string name, long? value)
    {
        if (value is not null)
            json[name] = value;
    }
}
