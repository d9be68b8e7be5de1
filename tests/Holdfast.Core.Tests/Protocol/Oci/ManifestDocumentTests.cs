using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Tests.Protocol.Oci;

public sealed class ManifestDocumentTests
{
    const string Empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const string Braces = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    const string Part = $$"""{"mediaType":"application/x","digest":"{{Braces}}","size":2}""";

    static readonly Config Quick = Config.QuickThrowOnFailure;

    static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "null", "true", "1", "-1", "2", "1e999", "\"schemaVersion\":2", "\"mediaType\":", "\"config\":",
        "\"layers\":[", "\"manifests\":[", "\"blobs\":[", "\"subject\":", "\"annotations\":{", "\"artifactType\":\"\\ud800\"",
        "\"digest\":\"" + Braces + "\"", "\"size\":2", "\"urls\":[\"x\"]", Part, "\\u0000", "\u00ff", "\"a\"", "\"\\ud800\":1", " ",
    ];

    static readonly Arbitrary<string> Texts = Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces)).ToArbitrary();

    static readonly Arbitrary<string?> Types = Gen
        .Elements<string?>(MediaTypes.OciManifest, MediaTypes.OciIndex, "application/json", "a/b", null, "", "é").ToArbitrary();

    [Fact]
    public void Any_bytes_are_read_or_refused_as_no_manifest() => Prop.ForAll<byte[]>(
        bytes => Ends(bytes, MediaTypes.OciManifest)).Check(Quick.WithMaxTest(5000));

    [Fact]
    public void Any_text_of_the_right_words_is_read_or_refused_as_no_manifest() => Prop.ForAll(
        Texts,
        Types,
        (text, type) => Ends(Encoding.Latin1.GetBytes("{" + text), type) && Ends(Encoding.UTF8.GetBytes(text), type))
        .Check(Quick.WithMaxTest(20_000));

    [Fact]
    public void Every_member_may_be_any_value() => Prop.ForAll(
        Gen.Elements("schemaVersion", "mediaType", "config", "layers", "manifests", "blobs", "subject", "annotations", "artifactType")
            .ToArbitrary(),
        Gen.Elements(
            "null", "0", "2", "\"\"", "\"x\"", "\"\\ud800\"", "[]", "[[]]", "[null]", "{}", "{\"a\":1}", "true", Part, $"[{Part}]",
            $$"""{"digest":"{{Empty}}","size":1e30}""",
            """{"digest":5,"size":1}""",
            """{"digest":"x","size":1,"urls":["y"]}""").ToArbitrary(),
        Types,
        (member, value, type) => Ends(Encoding.UTF8.GetBytes($$"""{"{{member}}":{{value}}}"""), type)
            && Ends(Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"config":{{Part}},"{{member}}":{{value}}}"""), type)).Check(
                Quick.WithMaxTest(5000));

    [Fact]
    public void An_images_parts_are_read_once_each()
    {
        var read = Parse(
            $$$"""
            {"schemaVersion":2,"mediaType":"{{{MediaTypes.OciManifest}}}","config":{{{Part}}},
             "layers":[{{{Part}}},{"digest":"{{{Empty}}}","size":0,"annotations":{"a":"b"}}],
             "annotations":{"k":"v","":"é"},"subject":{"mediaType":"a/b","digest":"{{{Empty}}}","size":7}}
            """,
            MediaTypes.OciManifest);

        Assert.Equal(MediaTypes.OciManifest, read.MediaType);
        Assert.Equal("application/x", read.ArtifactType);
        Assert.Equal([Braces, Empty], read.Blobs.Select(blob => blob.ToString()));
        Assert.Empty(read.Children);
        Assert.Equal(Empty, read.Subject.ToString());
        Assert.Equal([new("k", "v"), new("", "é")], read.Annotations);
    }

    [Fact]
    public void An_indexs_entries_are_read_in_order_with_what_they_say()
    {
        var read = Parse(
            $$$"""
            {"schemaVersion":2,"artifactType":"a/t","manifests":[
             {"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{Braces}}}","size":2,"artifactType":"a/u","annotations":{"x":"y"}},
             {"mediaType":"{{{MediaTypes.OciIndex}}}","digest":"{{{Empty}}}","size":3},
             {"mediaType":"{{{MediaTypes.OciIndex}}}","digest":"{{{Empty}}}","size":3}]}
            """,
            MediaTypes.OciIndex);

        Assert.Equal("a/t", read.ArtifactType);
        Assert.Empty(read.Blobs);
        Assert.Equal([Braces, Empty], read.Children.Select(child => child.ToString()));
        Assert.Equal([2, 3, 3], read.Entries.Select(entry => entry.Size));
        Assert.Equal(("a/u", "y"), (read.Entries[0].ArtifactType, read.Entries[0].Annotations[0].Value));
    }

    [Theory]
    [InlineData("application/json", MediaTypes.OciManifest)]
    [InlineData(null, MediaTypes.OciManifest)]
    [InlineData(MediaTypes.OciManifest + " ; charset=utf-8", MediaTypes.OciManifest)]
    public void The_type_is_the_headers_unless_that_says_nothing(string? contentType, string expected) => Assert.Equal(
        expected,
        Parse($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{{Part}}}""", contentType).MediaType);

    [Theory]
    [InlineData(MediaTypes.OciIndex)]
    [InlineData("a/b")]
    public void A_type_that_contradicts_the_document_is_refused(string contentType) => Refused(
        $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{{Part}}}""", contentType);

    [Fact]
    public void Content_elsewhere_need_not_be_here_nor_be_named_by_a_digest_that_is_taken()
    {
        var read = Parse(
            $$$"""
            {"schemaVersion":2,"config":{{{Part}}},"layers":[{"digest":"md5:1","size":1,"urls":["https://x"]},
             {"mediaType":"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip","digest":"{{{Empty}}}","size":1},
             {"digest":"{{{Empty}}}","size":1,"urls":["https://x"]}]}
            """,
            MediaTypes.OciManifest);

        Assert.Equal([Braces], read.Blobs.Select(blob => blob.ToString()));
        Refused($$"""{"schemaVersion":2,"config":{{Part}},"layers":[{"digest":"md5:1","size":1,"urls":[]}]}""", MediaTypes.OciManifest);
    }

    [Fact]
    public void Nesting_has_a_bound()
    {
        Assert.NotNull(Parse(Nested(50), "a/b"));
        Refused(Nested(70), "a/b");
        Refused(new string('[', 4 << 20), "a/b");
    }

    [Fact]
    public void A_name_that_stands_twice_is_refused_at_any_depth()
    {
        Refused("""{"a":1,"a":1}""", "a/b");
        Refused("""{"x":{"y":[{"a":1,"\u0061":2}]}}""", "a/b");
    }

    static string Nested(int depth) => "{\"a\":" + new string('[', depth) + new string(']', depth) + "}";

    static bool Ends(byte[] bytes, string? type)
    {
        try
        {
            return ManifestDocument.Parse(bytes, type).MediaType.Length > 0;
        }
        catch (StoreException refusal)
        {
            return refusal.Error == StoreError.InvalidManifest;
        }
    }

    static ManifestDocument Parse(string text, string? type) => ManifestDocument.Parse(Encoding.UTF8.GetBytes(text), type);

    static void Refused(string text, string? type) =>
        Assert.Equal(StoreError.InvalidManifest, Assert.Throws<StoreException>(() => Parse(text, type)).Error);
}
