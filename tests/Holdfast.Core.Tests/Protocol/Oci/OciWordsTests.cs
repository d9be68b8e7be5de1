using FsCheck;
using FsCheck.Fluent;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Tests.Protocol.Oci;

/// <summary>The small forms on the wire: ranges of chunks, scopes of tokens, media types, codes of errors.</summary>
public sealed class OciWordsTests
{
    static readonly string[] SpecifiedCodes =
    [
        "BLOB_UNKNOWN", "BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN", "DIGEST_INVALID", "MANIFEST_BLOB_UNKNOWN", "MANIFEST_INVALID",
        "MANIFEST_UNKNOWN", "NAME_INVALID", "NAME_UNKNOWN", "SIZE_INVALID", "UNAUTHORIZED", "DENIED", "UNSUPPORTED", "TOOMANYREQUESTS",
    ];

    static readonly Arbitrary<string> RangeTexts = Gen
        .Elements("bytes", " ", "=", "-", "/", "*", "0", "1", "99", "9223372036854775807", "9223372036854775808", "x", "é", "+")
        .ListOf().Select(pieces => string.Concat(pieces)).ToArbitrary();

    [Theory]
    [InlineData("0-0", 0, 0)]
    [InlineData("0-1023", 0, 1023)]
    [InlineData(" 5-9 ", 5, 9)]
    [InlineData("bytes 5-9/10", 5, 9)]
    [InlineData("bytes=5-9", 5, 9)]
    [InlineData("Bytes 5-9/*", 5, 9)]
    [InlineData("0-9223372036854775806", 0, long.MaxValue - 1)]
    public void A_chunks_range_is_read(string header, long start, long end)
    {
        var range = UploadRange.Parse(header);

        Assert.Equal(new UploadRange(start, end), range);
        Assert.Equal(end - start + 1, range!.Value.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("5")]
    [InlineData("-5")]
    [InlineData("5-")]
    [InlineData("9-5")]
    [InlineData("0x0-5")]
    [InlineData("+0-5")]
    [InlineData("0-99999999999999999999")]
    [InlineData("0-9223372036854775807")]
    [InlineData("bytes */10")]
    public void What_is_no_range_is_refused(string header) =>
        Assert.Equal(StoreError.UploadOutOfOrder, Assert.Throws<StoreException>(() => UploadRange.Parse(header)).Error);

    [Fact]
    public void Any_text_is_a_range_with_a_byte_or_refused() => Prop.ForAll(RangeTexts, text =>
    {
        try
        {
            return UploadRange.Parse(text) is { Start: >= 0, Length: > 0 };
        }
        catch (StoreException refusal)
        {
            return refusal.Error == StoreError.UploadOutOfOrder;
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Theory]
    [InlineData(0, "0-0")]
    [InlineData(1, "0-0")]
    [InlineData(1024, "0-1023")]
    public void What_was_received_is_said_inclusively(long size, string range)
    {
        Assert.Equal(range, UploadRange.Received(size));
        Assert.Null(UploadRange.Parse(null));
    }

    [Theory]
    [InlineData("repository:a/b:pull,push", "repository", "a/b", "pull,push")]
    [InlineData("repository:host:5000/a:pull", "repository", "host:5000/a", "pull")]
    [InlineData("repository(plugin):a:pull", "repository", "a", "pull")]
    [InlineData("registry:catalog:*", "registry", "catalog", "*")]
    [InlineData("repository:a:", "repository", "a", "")]
    [InlineData("repository:a:pull,,push,", "repository", "a", "pull,push")]
    public void A_scope_is_read(string text, string type, string name, string actions)
    {
        Assert.True(TokenScope.TryParse(text, out var scope));

        Assert.Equal((type, name, actions), (scope.Type, scope.Name, string.Join(',', scope.Actions)));
        Assert.Equal($"{type}:{name}:{actions}", scope.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("::")]
    [InlineData("repository")]
    [InlineData("repository:a")]
    [InlineData("repository::pull")]
    [InlineData(":a:pull")]
    public void What_is_no_scope_is_none(string text) => Assert.False(TokenScope.TryParse(text, out _));

    [Fact]
    public void A_star_allows_every_action_and_a_word_only_itself()
    {
        Assert.True(new TokenScope("registry", "catalog", ["*"]).Allows("anything"));
        Assert.True(new TokenScope("repository", "a", ["pull"]).Allows("pull"));
        Assert.False(new TokenScope("repository", "a", ["pull"]).Allows("push"));
        Assert.False(new TokenScope("repository", "a", ["pull"]).Allows("Pull"));
        Assert.False(new TokenScope("repository", "a", []).Allows("pull"));
    }

    [Theory]
    [InlineData("application/vnd.oci.image.manifest.v1+json", true)]
    [InlineData("a/b", true)]
    [InlineData("", false)]
    [InlineData("a", false)]
    [InlineData("/b", false)]
    [InlineData("a/", false)]
    [InlineData("a/b/c", false)]
    [InlineData("a/b c", false)]
    [InlineData("a/b;c", false)]
    [InlineData("a/b\r\n", false)]
    [InlineData("a/é", false)]
    public void A_media_type_is_a_type_and_a_subtype(string text, bool isOne) => Assert.Equal(isOne, MediaTypes.IsWellFormed(text));

    [Fact]
    public void Every_refusal_has_a_code_and_a_status_of_its_class()
    {
        foreach (var error in Enum.GetValues<StoreError>())
        {
            var (code, status) = OciErrors.Of(error);

            Assert.Matches("^[A-Z_]+$", code);
            Assert.InRange(status, 400, 503);
            if (error.Class() == StoreErrorClass.Authentication)
                Assert.Equal(("UNAUTHORIZED", 401), (code, status));
            if (error.Class() == StoreErrorClass.Storage)
                Assert.InRange(status, 429, 503);
            Assert.True(status != 500 || error is StoreError.BlobDamaged or StoreError.Internal, $"{error} has no row");
        }
    }

    [Theory]
    [InlineData(StoreError.NoSuchBlob, "BLOB_UNKNOWN", 404)]
    [InlineData(StoreError.NoSuchUpload, "BLOB_UPLOAD_UNKNOWN", 404)]
    [InlineData(StoreError.NoSuchManifest, "MANIFEST_UNKNOWN", 404)]
    [InlineData(StoreError.NoSuchRepository, "NAME_UNKNOWN", 404)]
    [InlineData(StoreError.ManifestBlobUnknown, "MANIFEST_BLOB_UNKNOWN", 400)]
    [InlineData(StoreError.ManifestTooLarge, "MANIFEST_INVALID", 413)]
    [InlineData(StoreError.ContentSha256Mismatch, "DIGEST_INVALID", 400)]
    [InlineData(StoreError.UploadOutOfOrder, "BLOB_UPLOAD_INVALID", 416)]
    [InlineData(StoreError.AccessDenied, "DENIED", 403)]
    [InlineData(StoreError.ContentInUse, "UNSUPPORTED", 405)]
    [InlineData(StoreError.SlowDown, "TOOMANYREQUESTS", 429)]
    public void What_the_specification_names_has_its_code(StoreError error, string code, int status)
    {
        Assert.Equal((code, status), OciErrors.Of(error));
        Assert.Contains(code, SpecifiedCodes);
    }
}
