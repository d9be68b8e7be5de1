using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Tests.Protocol.Oci;

public sealed class RepositoryNameTests
{
    // distribution-spec, "Pulling manifests", word for word.
    static readonly Regex Specified = new(
        "^[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*\\z",
        RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(1));

    static readonly Arbitrary<string> Texts = Gen
        .Elements(
            "a", "z", "0", "9", "ab", ".", "..", "_", "__", "___", "-", "--", "-----", "/", "//", "A", " ", "é", ":", "\n", "%", "\\")
        .ListOf().Select(pieces => string.Concat(pieces)).ToArbitrary();

    [Fact]
    public void It_takes_what_the_specification_takes_and_nothing_else() =>
        Prop.ForAll(Texts, text => RepositoryName.TryParse(text, out var name) == Specified.IsMatch(text)
            && (name == default || name.ToString() == text)).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Theory]
    [InlineData("a", "a")]
    [InlineData("library/alpine", "library")]
    [InlineData("a/b/c", "a")]
    public void The_first_component_is_its_namespace(string text, string expected) =>
        Assert.Equal(expected, RepositoryName.Parse(text).Namespace);

    [Fact]
    public void It_has_at_most_255_characters()
    {
        Assert.True(RepositoryName.TryParse(new string('a', 255), out _));
        Assert.False(RepositoryName.TryParse(new string('a', 256), out _));
        Assert.False(RepositoryName.TryParse("", out _));
        Assert.False(RepositoryName.TryParse(null, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("a/")]
    public void A_bad_name_is_refused_with_what_was_sent(string text)
    {
        var refusal = Assert.Throws<StoreException>(() => RepositoryName.Parse(text));

        Assert.Equal(StoreError.InvalidRepositoryName, refusal.Error);
        Assert.Equal([new("name", text)], refusal.Details);
    }

    [Fact]
    public void A_refusal_states_no_more_of_a_name_than_a_name_has() => Assert.Equal(
        255, Assert.Throws<StoreException>(() => RepositoryName.Parse(new string('A', 9000))).Details[0].Value.Length);

    [Fact]
    public void Names_are_equal_when_they_are_written_the_same()
    {
        Assert.True(RepositoryName.Parse("a/b") == RepositoryName.Parse("a/" + 'b'));
        Assert.True(RepositoryName.Parse("a/b") != RepositoryName.Parse("a/c"));
        Assert.Equal(RepositoryName.Parse("a").GetHashCode(), RepositoryName.Parse("a").GetHashCode());
        Assert.Equal("", default(RepositoryName).ToString());
    }
}
