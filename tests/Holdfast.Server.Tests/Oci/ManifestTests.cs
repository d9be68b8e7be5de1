using System.Net;
using System.Text;

namespace Holdfast.Server.Tests.Oci;

/// <summary>Manifests that are taken, and given back byte for byte (distribution-spec, "Pushing manifests").</summary>
public sealed class ManifestTests(OciServer server) : IClassFixture<OciServer>
{
    const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";

    [Fact]
    public async Task A_manifest_is_pushed_by_tag_and_by_digest_and_found_by_both()
    {
        var name = await server.RepositoryAsync();
        var manifest = await server.Alice.PrepareImageAsync(name);
        var digest = Image.Sha256(manifest);

        var byDigest = (await server.Alice.PutManifestAsync(name, digest, manifest)).Expect(HttpStatusCode.Created);
        var byTag = (await server.Alice.PutManifestAsync(name, "v1", manifest)).Expect(HttpStatusCode.Created);

        foreach (var answer in (OciReply[])[byDigest, byTag])
        {
            Assert.Equal($"/v2/{name}/manifests/{digest}", answer.Location);
            Assert.Equal(digest, answer.Digest);
            Assert.Null(answer.Header("OCI-Subject"));
            Assert.Null(answer.Header("OCI-Tag"));
        }
        foreach (var reference in (string[])[digest, "v1"])
            await RequireAsync(name, reference, manifest, Image.ManifestType, digest);
    }

    [Fact]
    public async Task A_manifest_may_be_sent_in_chunks_of_no_known_length()
    {
        var name = await server.RepositoryAsync();
        var manifest = await server.Alice.PrepareImageAsync(name);

        (await server.Alice.PutAsync(
            $"/v2/{name}/manifests/v1", manifest, ("Content-Type", Image.ManifestType), ("Transfer-Encoding", "chunked")))
            .Expect(HttpStatusCode.Created);

        await RequireAsync(name, "v1", manifest, Image.ManifestType, Image.Sha256(manifest));
    }

    [Theory]
    [InlineData("{\"org.custom.field\":[1,{\"a\":null}],\"schemaVersion\":2,\"config\":CONFIG,\"layers\":[LAYER]}")]
    [InlineData("\n {\"schemaVersion\" : 2,\r\n\t\"config\": CONFIG }  ")]
    [InlineData("{\"schemaVersion\":2,\"config\":CONFIG,\"layers\":[]}")]
    [InlineData("{\"schemaVersion\":2,\"config\":CONFIG,\"layers\":null}")]
    [InlineData("{\"schemaVersion\":2,\"config\":CONFIG,\"layers\":[LAYER,LAYER],\"annotations\":{\"a\":\"\\u00e9 \\\" \u00e9\"}}")]
    [InlineData("{\"schemaVersion\":2,\"artifactType\":\"application/vnd.x\",\"config\":EMPTY,\"layers\":[EMPTY]}")]
    [InlineData("{\"schemaVersion\":2,\"config\":DATA,\"layers\":[DATA]}")]
    public async Task Whatever_it_holds_beside_what_is_known_is_kept_byte_for_byte(string template)
    {
        var name = await server.RepositoryAsync();
        var manifest = await FillAsync(name, template);

        (await server.Alice.PutManifestAsync(name, "v1", manifest)).Expect(HttpStatusCode.Created);

        await RequireAsync(name, "v1", manifest, Image.ManifestType, Image.Sha256(manifest));
    }

    [Theory]
    [InlineData("manifest", DockerManifest)]
    [InlineData("index", DockerList)]
    [InlineData("other", "application/vnd.example.unknown+json")]
    public async Task Every_media_type_is_given_back_as_it_was_sent(string kind, string mediaType)
    {
        var name = await server.RepositoryAsync();
        var manifest = await FillAsync(name, kind switch
        {
            "manifest" => $$"""{"schemaVersion":2,"mediaType":"{{mediaType}}","config":CONFIG,"layers":[LAYER]}""",
            "index" => $$"""{"schemaVersion":2,"mediaType":"{{mediaType}}","manifests":[]}""",
            _ => """{"anything":"goes"}""",
        });

        (await server.Alice.PutManifestAsync(name, "v1", manifest, mediaType + "; charset=utf-8")).Expect(HttpStatusCode.Created);

        await RequireAsync(name, "v1", manifest, mediaType, Image.Sha256(manifest));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/octet-stream")]
    [InlineData(null)]
    public async Task A_type_that_says_nothing_leaves_it_to_the_document(string? contentType)
    {
        var name = await server.RepositoryAsync();
        var manifest = await server.Alice.PrepareImageAsync(name);

        (await server.Alice.PutAsync($"/v2/{name}/manifests/v1", manifest, contentType is null ? [] : [("Content-Type", contentType)]))
            .Expect(HttpStatusCode.Created);

        await RequireAsync(name, "v1", manifest, Image.ManifestType, Image.Sha256(manifest));
    }

    [Fact]
    public async Task An_index_of_indexes_of_images_is_taken_and_so_is_an_empty_one()
    {
        var name = await server.RepositoryAsync();
        var image = await server.Alice.PushImageAsync(name);
        var inner = await PushIndexAsync(name, Image.Descriptor(Image.ManifestType, Image.Sha256(image), image.Length));
        var empty = await PushIndexAsync(name);
        var outer = await PushIndexAsync(
            name,
            Image.Descriptor(Image.IndexType, Image.Sha256(inner), inner.Length),
            Image.Descriptor(Image.IndexType, Image.Sha256(empty), empty.Length));

        foreach (var index in (byte[][])[inner, empty, outer])
            await RequireAsync(name, Image.Sha256(index), index, Image.IndexType, Image.Sha256(index));
    }

    [Fact]
    public async Task An_index_may_name_what_is_not_there_unless_the_settings_say_otherwise()
    {
        await using var strict = await OciServer.StartAsync(
            settings => settings with { Oci = settings.Oci with { SparseIndexes = false } });
        using var alice = OciServer.ClientOf(strict, "alice");
        var name = await server.RepositoryAsync();
        foreach (var algorithm in (string[])["sha256", "sha512"])
        {
            var index = Image.Index([Image.Descriptor(Image.ManifestType, Image.Unknown(algorithm), 1024)]);

            (await server.Alice.PutManifestAsync(name, "sparse", index, Image.IndexType)).Expect(HttpStatusCode.Created);
            (await alice.PutManifestAsync(name, "sparse", index, Image.IndexType)).Expect(
                HttpStatusCode.BadRequest, "MANIFEST_BLOB_UNKNOWN");

            await RequireAsync(name, "sparse", index, Image.IndexType, Image.Sha256(index));
        }

        var image = await alice.PushImageAsync(name);
        var whole = Image.Index([Image.Descriptor(Image.ManifestType, Image.Sha256(image), image.Length)]);
        (await alice.PutManifestAsync(name, "whole", whole, Image.IndexType)).Expect(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", "")]
    [InlineData("application/vnd.oci.image.layer.nondistributable.v1.tar", ",\"urls\":[\"https://store.example.com/x\"]")]
    [InlineData("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "")]
    [InlineData("application/x", ",\"urls\":[\"https://store.example.com/x\"]")]
    public async Task Layers_that_lie_elsewhere_need_not_be_here(string mediaType, string more)
    {
        var name = await server.RepositoryAsync();
        var foreign = Image.Descriptor(mediaType, Image.Unknown(), 123_456, more);
        var manifest = await FillAsync(name, $$"""{"schemaVersion":2,"config":CONFIG,"layers":[{{foreign}},LAYER]}""");

        (await server.Alice.PutManifestAsync(name, "v1", manifest)).Expect(HttpStatusCode.Created);

        await RequireAsync(name, "v1", manifest, Image.ManifestType, Image.Sha256(manifest));
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    public async Task A_subject_is_answered_whether_it_is_there_or_not(string algorithm)
    {
        var name = await server.RepositoryAsync();
        var missing = Image.Unknown(algorithm);
        var manifest = await server.Alice.PrepareImageAsync(name, Image.Subject(missing));
        var index = Image.Index([], Image.Subject(missing));

        foreach (var reference in (string[])[Image.Sha256(manifest), "v1"])
        {
            var created = (await server.Alice.PutManifestAsync(name, reference, manifest)).Expect(HttpStatusCode.Created);
            Assert.Equal(missing, created.Header("OCI-Subject"));
        }
        var ofIndex = (await server.Alice.PutManifestAsync(name, "list", index, Image.IndexType)).Expect(HttpStatusCode.Created);
        Assert.Equal(missing, ofIndex.Header("OCI-Subject"));
    }

    [Fact]
    public async Task Everything_may_be_named_by_sha512()
    {
        var name = await server.RepositoryAsync();
        var (config, layer) = (Image.NewBytes(50), Image.NewBytes(2000));
        var manifest = Image.Manifest(
            Image.Descriptor(Image.ConfigType, await server.Alice.PushBlobAsync(name, config, "sha512"), config.Length),
            [Image.Descriptor(Image.LayerType, await server.Alice.PushBlobAsync(name, layer, "sha512"), layer.Length)]);
        var digest = Image.Sha512(manifest);

        var created = (await server.Alice.PutManifestAsync(name, digest, manifest)).Expect(HttpStatusCode.Created);
        var index = Image.Index([Image.Descriptor(Image.ManifestType, digest, manifest.Length)]);
        (await server.Alice.PutManifestAsync(name, Image.Sha512(index), index, Image.IndexType)).Expect(HttpStatusCode.Created);

        Assert.Equal((digest, $"/v2/{name}/manifests/{digest}"), (created.Digest, created.Location));
        await RequireAsync(name, digest, manifest, Image.ManifestType, digest);
        await RequireAsync(name, Image.Sha512(index), index, Image.IndexType, Image.Sha512(index));
        await RequireAsync(name, Image.Sha256(manifest), manifest, Image.ManifestType, Image.Sha256(manifest));
        (await server.Alice.DeleteAsync($"/v2/{name}/manifests/{Image.Sha512(index)}")).Expect(HttpStatusCode.Accepted);
        (await server.Alice.DeleteAsync($"/v2/{name}/manifests/{digest}")).Expect(HttpStatusCode.Accepted);
        (await server.Alice.HeadAsync($"/v2/{name}/manifests/{digest}")).Expect(HttpStatusCode.NotFound);
        (await server.Alice.DeleteAsync($"/v2/{name}/blobs/{Image.Sha512(layer)}")).Expect(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_manifest_of_nearly_four_megabytes_is_taken()
    {
        var name = await server.RepositoryAsync();
        var annotations = string.Join(',', Enumerable.Range(0, 390).Select(i => $"\"key-{i}\":\"{new string('x', 10_000)}\""));
        var manifest = await server.Alice.PrepareImageAsync(name, $",\"annotations\":{{{annotations}}}");

        (await server.Alice.PutAsync(
            $"/v2/{name}/manifests/large", manifest, ("Content-Type", Image.ManifestType), ("Transfer-Encoding", "chunked")))
            .Expect(HttpStatusCode.Created);

        await RequireAsync(name, "large", manifest, Image.ManifestType, Image.Sha256(manifest));
    }

    [Fact]
    public async Task The_same_manifest_pushed_by_many_at_once_is_stored_once()
    {
        var name = await server.RepositoryAsync();
        var manifest = await server.Alice.PrepareImageAsync(name);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => server.Alice.PutManifestAsync(name, $"v{i % 3}", manifest)));

        Assert.All(answers, answer => answer.Expect(HttpStatusCode.Created));
        Assert.Equal(["v0", "v1", "v2"], (await server.Alice.GetAsync($"/v2/{name}/tags/list")).Strings("tags"));
        (await server.Alice.DeleteAsync($"/v2/{name}/manifests/{Image.Sha256(manifest)}")).Expect(HttpStatusCode.Accepted);
        Assert.Empty((await server.Alice.GetAsync($"/v2/{name}/tags/list")).Strings("tags"));
    }

    async Task<byte[]> PushIndexAsync(string name, params string[] manifests)
    {
        var index = Image.Index(manifests);
        (await server.Alice.PutManifestAsync(name, Image.Sha256(index), index, Image.IndexType)).Expect(HttpStatusCode.Created);
        return index;
    }

    /// <summary>Puts descriptors of pushed content in place of the words in capitals.</summary>
    async Task<byte[]> FillAsync(string name, string template)
    {
        var (config, layer, empty) = (Image.NewBytes(30), Image.NewBytes(90), "{}"u8.ToArray());
        var configDigest = await server.Alice.PushBlobAsync(name, config);
        var layerDigest = await server.Alice.PushBlobAsync(name, layer);
        var emptyDigest = await server.Alice.PushBlobAsync(name, empty);
        return Encoding.UTF8.GetBytes(template
            .Replace("CONFIG", Image.Descriptor(Image.ConfigType, configDigest, config.Length), StringComparison.Ordinal)
            .Replace("LAYER", Image.Descriptor(Image.LayerType, layerDigest, layer.Length), StringComparison.Ordinal)
            .Replace("EMPTY", Image.Descriptor("application/vnd.oci.empty.v1+json", emptyDigest, 2), StringComparison.Ordinal)
            .Replace(
                "DATA",
                Image.Descriptor("application/vnd.oci.empty.v1+json", emptyDigest, 2, ",\"data\":\"e30=\",\"x\":{}"),
                StringComparison.Ordinal));
    }

    async Task RequireAsync(string name, string reference, byte[] manifest, string mediaType, string digest)
    {
        var got = (await server.Alice.GetAsync($"/v2/{name}/manifests/{reference}", ("Accept-Encoding", "gzip"))).ExpectOk();
        var head = (await server.Alice.HeadAsync($"/v2/{name}/manifests/{reference}")).ExpectOk();

        Assert.Equal(manifest, got.Body);
        Assert.Empty(head.Body);
        foreach (var answer in (OciReply[])[got, head])
        {
            Assert.Equal(mediaType, answer.Header("Content-Type"));
            Assert.Equal($"{manifest.Length}", answer.Header("Content-Length"));
            Assert.Equal(digest, answer.Digest);
            Assert.Equal($"\"{digest}\"", answer.Header("ETag"));
        }
    }
}
