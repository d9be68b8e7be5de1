using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Tests.Protocol.Oci;

public sealed class TagNameTests
{
    // distribution-spec, "Pulling manifests".
    static readonly Regex Specified = new("^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\\z", RegexOptions.None, TimeSpan.FromSeconds(1));

    static readonly Arbitrary<string> Texts = Gen
        .Elements("a", "Z", "0", "_", "-", ".", "/", ":", " ", "é", "\n", new string('a', 60), "\0")
        .ListOf().Select(pieces => string.Concat(pieces)).ToArbitrary();

    [Fact]
    public void It_takes_what_the_specification_takes_and_nothing_else() =>
        Prop.ForAll(Texts, text => TagName.TryParse(text, out var tag) == Specified.IsMatch(text)
            && (tag == default || tag.ToString() == text)).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Fact]
    public void It_has_at_most_128_characters()
    {
        Assert.True(TagName.TryParse(new string('a', 128), out _));
        Assert.False(TagName.TryParse(new string('a', 129), out _));
        Assert.False(TagName.TryParse(null, out _));
    }

    [Fact]
    public void Case_counts() => Assert.True(TagName.Parse("Latest") != TagName.Parse("latest"));

    [Theory]
    [InlineData("-x")]
    [InlineData("a:b")]
    public void A_bad_tag_is_refused_with_what_was_sent(string text)
    {
        var refusal = Assert.Throws<StoreException>(() => TagName.Parse(text));

        Assert.Equal(StoreError.InvalidReference, refusal.Error);
        Assert.Equal([new("tag", text)], refusal.Details);
    }
}
