using System.Text.Json.Nodes;
using Holdfast.Core.Repositories.Retention;

namespace Holdfast.Core.Tests.Repositories;

public sealed class RetentionPlanTests
{
    const long Day = 86_400_000_000;
    const long Now = 1000 * Day;

    [Fact]
    public void Without_rules_or_where_none_matches_every_tag_stays()
    {
        Assert.Empty(Removed([], Tag("a", 1), Tag("b", 2)));
        Assert.Empty(Removed([Rule("v*", pushed: 0)], Tag("a", 1)));
    }

    [Fact]
    public void The_last_few_pushed_stay_and_of_the_same_time_the_first_by_name() => Assert.Equal(
        ["v1", "v4"],
        Removed([Rule("v*", pushed: 2)], Tag("v1", 1), Tag("v2", 3), Tag("v4", 2), Tag("v3", 2), Tag("x", 0)));

    [Fact]
    public void The_last_few_pulled_stay_and_what_was_never_pulled_is_none_of_them() => Assert.Equal(
        ["a", "c"],
        Removed([Rule("*", pulled: 1)], Tag("a", 9), Tag("b", 1, pulled: 5), Tag("c", 1, pulled: 4)));

    [Fact]
    public void What_was_pushed_or_pulled_within_the_age_stays() => Assert.Equal(
        ["old"],
        Removed(
            [Rule("*", pushedDays: 7, pulledDays: 30)],
            Tag("old", 980), Tag("new", 994), Tag("used", 1, pulled: 971)));

    [Fact]
    public void A_tag_that_one_rule_keeps_stays_whatever_the_others_say() => Assert.Equal(
        ["pr-1"],
        Removed([Rule("*", pushed: 1), Rule("release-*"), Rule("pr-*", pushed: 1)], Tag("pr-1", 1), Tag("pr-2", 2), Tag("release-1", 0)));

    [Fact]
    public void Nothing_kept_means_nothing_stays() =>
        Assert.Equal(["a", "b"], Removed([Rule("*", pushed: 0)], Tag("a", 1), Tag("b", 2)));

    [Fact]
    public void Rules_come_back_from_their_json_as_they_were()
    {
        RetentionRule[] rules = [Rule("v*", 3, 4, 5, 6), new(["a", "b?"], null, null, null, null)];
        var faults = new List<KeyValuePair<string, string>>();

        var read = RetentionRules.Parse(JsonNode.Parse(RetentionRules.Write(rules)!)!, "retention", faults);

        Assert.Empty(faults);
        Assert.Equal(rules.Select(Text), read.Select(Text));
        Assert.Null(RetentionRules.Write([]));
        Assert.Empty(RetentionRules.Read(null));

        static string Text(RetentionRule rule) => $"{string.Join(' ', rule.Tags)} {rule with { Tags = [] }}";
    }

    [Theory]
    [InlineData("5", "retention")]
    [InlineData("[5]", "retention[0]")]
    [InlineData("""[{"tags":[]}]""", "retention[0].tags")]
    [InlineData("""[{"tags":["a b"]}]""", "retention[0].tags[0]")]
    [InlineData("""[{"tags":["a"],"keep_pushed":-1}]""", "retention[0].keep_pushed")]
    [InlineData("""[{"tags":["a"],"keep_pulled":1.5}]""", "retention[0].keep_pulled")]
    [InlineData("""[{"tags":["a"],"pushed_within":"1d"}]""", "retention[0].pushed_within")]
    [InlineData("""[{"tags":["a"],"keep":1}]""", "retention[0].keep")]
    public void What_is_wrong_with_a_rule_is_told_by_its_path(string json, string path)
    {
        var faults = new List<KeyValuePair<string, string>>();

        RetentionRules.Parse(JsonNode.Parse(json)!, "retention", faults);

        Assert.Contains(faults, fault => fault.Key == path);
    }

    static RetentionRule Rule(string tags, int? pushed = null, int? pulled = null, int? pushedDays = null, int? pulledDays = null) => new(
        [tags],
        pushed,
        pulled,
        pushedDays is { } days ? TimeSpan.FromDays(days) : null,
        pulledDays is { } used ? TimeSpan.FromDays(used) : null);

    /// <summary>Times in days.</summary>
    static RetainedTag Tag(string name, long pushed, long pulled = 0) => new(name, [], null, pushed * Day, pulled * Day);

    static List<string> Removed(IReadOnlyList<RetentionRule> rules, params RetainedTag[] tags)
    {
        var plan = new RetentionPlan(rules, Now);
        foreach (var tag in tags)
            plan.Rank(tag);
        return [.. tags.Where(tag => plan.ReasonToRemove(tag) is not null).Select(tag => tag.Name).Order(StringComparer.Ordinal)];
    }
}
