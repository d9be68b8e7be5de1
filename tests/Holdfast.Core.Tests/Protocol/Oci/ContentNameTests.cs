using System.Security.Cryptography;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Tests.Protocol.Oci;

public sealed class ContentNameTests
{
    const string Hex64 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    // image-spec, "Digests", of the algorithms that are taken.
    static readonly Regex Specified = new(
        "^(sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})\\z", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    static readonly Arbitrary<string> Texts = Gen
        .Elements(
            "sha256:", "sha512:", "sha1:", "SHA256:", "sha256", ":", Hex64, Hex64 + Hex64, Hex64.ToUpperInvariant(), "a", "g", "é", "")
        .ListOf().Select(pieces => string.Concat(pieces)).ToArbitrary();

    [Fact]
    public void It_takes_what_the_specification_takes_and_nothing_else() =>
        Prop.ForAll(Texts, text => ContentName.TryParse(text, out var name) == Specified.IsMatch(text)
            && (name == default || name.ToString() == text)).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Fact]
    public void Any_content_has_a_name_of_either_algorithm() => Prop.ForAll<byte[]>(content =>
    {
        var sha256 = new ContentName(Digest.Of(content));
        var sha512 = ContentName.FromBytes(SHA512.HashData(content));
        return ContentName.Parse(sha256.ToString()) == sha256 && ContentName.Parse(sha512.ToString()) == sha512
            && ContentName.Of(content, sha256) == sha256 && ContentName.Of(content, sha512) == sha512
            && sha256 != sha512 && !sha256.IsSha512 && sha512.IsSha512
            && sha256.Digest == Digest.Of(content) && sha512.Digest is null
            && sha256.GetHashCode() == ContentName.Parse(sha256.ToString()).GetHashCode();
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("sha256:" + Hex64, "sha256-" + Hex64)]
    [InlineData("sha512:" + Hex64 + "0000000000000000000000000000000000000000000000000000000000000000", "sha512-" + Hex64)]
    public void The_fallback_tag_is_the_digest_cut_to_what_a_tag_can_hold(string digest, string tag)
    {
        Assert.Equal(tag, ContentName.Parse(digest).FallbackTag);
        Assert.True(TagName.TryParse(tag, out _));
    }

    [Fact]
    public void A_bad_digest_is_refused_with_the_beginning_of_what_was_sent()
    {
        var refusal = Assert.Throws<StoreException>(() => ContentName.Parse("md5:" + new string('a', 1000)));

        Assert.Equal(StoreError.InvalidDigest, refusal.Error);
        Assert.Equal(160, refusal.Details[0].Value.Length);
        Assert.Throws<ArgumentException>(() => ContentName.FromBytes(new byte[20]));
        Assert.Throws<InvalidOperationException>(() => default(ContentName).ToString());
    }

    [Theory]
    [InlineData("v1", true)]
    [InlineData("sha256-x", true)]
    [InlineData("sha256:" + Hex64, false)]
    public void A_reference_with_a_colon_is_a_digest_and_any_other_a_tag(string text, bool isTag)
    {
        var reference = ManifestReference.Parse(text);

        Assert.Equal(isTag, reference.Tag is not null);
        Assert.Equal(isTag, reference.Digest is null);
        Assert.Equal(text, reference.ToString());
    }

    [Theory]
    [InlineData("a:b", StoreError.InvalidDigest)]
    [InlineData(":", StoreError.InvalidDigest)]
    [InlineData("", StoreError.InvalidReference)]
    [InlineData("a/b", StoreError.InvalidReference)]
    public void A_reference_that_is_neither_is_refused(string text, StoreError error) =>
        Assert.Equal(error, Assert.Throws<StoreException>(() => ManifestReference.Parse(text)).Error);
}
