using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Core.Repositories;

namespace Holdfast.Core.Tests.Repositories;

public sealed class TagPatternTests
{
    static readonly Arbitrary<string> Patterns = Gen.Elements("a", "b", "*", "?", ".", "-").ListOf()
        .Select(pieces => string.Concat(pieces)).ToArbitrary();

    static readonly Arbitrary<string> Texts = Gen.Elements("a", "b", ".", "-").ListOf()
        .Select(pieces => string.Concat(pieces)).ToArbitrary();

    [Fact]
    public void It_fits_what_the_same_expression_fits() => Prop.ForAll(Patterns, Texts, (pattern, text) =>
        TagPattern.Matches(pattern, text) == new Regex(
            $"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal)}\\z",
            RegexOptions.Singleline,
            TimeSpan.FromSeconds(1)).IsMatch(text)).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "anything", true)]
    [InlineData("v*", "v1.0", true)]
    [InlineData("v*", "V1.0", false)]
    [InlineData("v?.0", "v1.0", true)]
    [InlineData("v?.0", "v10.0", false)]
    [InlineData("latest", "latest-1", false)]
    [InlineData("*-rc*", "1.0-rc1", true)]
    [InlineData("**", "x", true)]
    [InlineData("?", "", false)]
    public void A_star_is_any_text_and_a_mark_one_character(string pattern, string text, bool fits) =>
        Assert.Equal(fits, TagPattern.Matches(pattern, text));

    [Fact]
    public void The_worst_pattern_ends_soon()
    {
        var pattern = string.Concat(Enumerable.Repeat("*a", 63)) + "b";

        Assert.False(TagPattern.Matches(pattern, new string('a', 128)));
    }

    [Theory]
    [InlineData("v*", true)]
    [InlineData("_a.b-c?", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("[a]", false)]
    [InlineData("a\n", false)]
    public void A_pattern_is_of_what_tags_are_of(string pattern, bool isValid) => Assert.Equal(isValid, TagPattern.IsValid(pattern));

    [Fact]
    public void A_pattern_has_a_bound()
    {
        Assert.True(TagPattern.IsValid(new string('*', 128)));
        Assert.False(TagPattern.IsValid(new string('*', 129)));
    }
}
