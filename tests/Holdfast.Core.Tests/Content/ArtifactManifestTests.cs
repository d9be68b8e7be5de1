using System.Text;
using System.Text.Json;
using Holdfast.Core.Content.Artifacts;
using Holdfast.Protocol;
using Holdfast.Protocol.Oci;
using Holdfast.Protocol.S3;

namespace Holdfast.Core.Tests.Content;

/// <summary>The bytes of version 1 are for ever: the digests here were computed by another program from docs/formats.</summary>
public sealed class ArtifactManifestTests
{
    [Theory]
    [InlineData("hello", "dir/hello.txt", "sha256:cc1d0ad6a033a66d4e4383837c47f492561062db5db0476087d80bc1293da691")]
    [InlineData("hello", "elsewhere/a/hello.txt", "sha256:cc1d0ad6a033a66d4e4383837c47f492561062db5db0476087d80bc1293da691")]
    [InlineData("hello", "grüße \"x\" \\.bin", "sha256:a382f36e5e6bdc3a431cb862889ec4578015071e00be1fc4db1415d0abe38e69")]
    [InlineData("", "dir/", "sha256:fb846a75766369df3889321504553cc872b0a0ce39c5bd6678b6528814195887")]
    [InlineData("", "a/..", "sha256:fb846a75766369df3889321504553cc872b0a0ce39c5bd6678b6528814195887")]
    [InlineData("", "a/.", "sha256:fb846a75766369df3889321504553cc872b0a0ce39c5bd6678b6528814195887")]
    [InlineData("", "a/b\u0007c", "sha256:fb846a75766369df3889321504553cc872b0a0ce39c5bd6678b6528814195887")]
    public void It_is_these_bytes_and_no_others(string content, string key, string digest) =>
        Assert.Equal(digest, Of(content, key).ToString());

    [Fact]
    public void A_registry_takes_it_as_a_manifest()
    {
        var bytes = ArtifactManifest.Bytes(Digest.Of("hello"u8), 5, ObjectKey.FromText("hello.txt"));

        var document = ManifestDocument.Parse(bytes, MediaTypes.OciManifest);

        Assert.Equal(ArtifactManifest.ArtifactType, document.ArtifactType);
        Assert.Equal([new ContentName(ArtifactManifest.EmptyConfig), new ContentName(Digest.Of("hello"u8))], document.Blobs);
    }

    [Theory]
    [InlineData("a\"b")]
    [InlineData("a\\")]
    [InlineData("ü\u2028\ud83d\ude00")]
    [InlineData("<script>")]
    public void Whatever_the_key_it_is_json_that_says_its_last_segment(string name)
    {
        using var json = JsonDocument.Parse(ArtifactManifest.Bytes(Digest.Of("x"u8), 1, ObjectKey.FromText("p/" + name)));

        var title = json.RootElement.GetProperty("layers")[0].GetProperty("annotations").GetProperty("org.opencontainers.image.title");
        Assert.Equal(name, title.GetString());
    }

    static Digest Of(string content, string key)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        return ArtifactManifest.DigestOf(Digest.Of(bytes), bytes.Length, ObjectKey.FromText(key));
    }
}
