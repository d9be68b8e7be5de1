using System.Net;
using System.Text;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Oci;

/// <summary>Manifests that are not taken.</summary>
public sealed class ManifestRefusalTests(OciServer server) : IClassFixture<OciServer>
{
    const string Digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    const string Config = $$"""{"mediaType":"application/x","digest":"{{Digest}}","size":2}""";

    /// <summary>CONFIG is a descriptor and DIGEST a digest of what is there.</summary>
    public static TheoryData<string> Malformed =>
    [
        "", "{", "[]", "null", "\"text\"", "1",
        "{}",
        """{"schemaVersion":1,"config":CONFIG}""",
        """{"schemaVersion":"2","config":CONFIG}""",
        """{"schemaVersion":2.5,"config":CONFIG}""",
        """{"config":CONFIG}""",
        """{"schemaVersion":2}""",
        """{"schemaVersion":2,"config":null}""",
        """{"schemaVersion":2,"config":"x"}""",
        """{"schemaVersion":2,"config":{}}""",
        """{"schemaVersion":2,"config":{"digest":"DIGEST"}}""",
        """{"schemaVersion":2,"config":{"digest":"DIGEST","size":-1}}""",
        """{"schemaVersion":2,"config":{"digest":"DIGEST","size":"2"}}""",
        """{"schemaVersion":2,"config":{"digest":"DIGEST","size":1e400}}""",
        """{"schemaVersion":2,"config":{"digest":"sha256:short","size":2}}""",
        """{"schemaVersion":2,"config":{"digest":"md5:d41d8cd98f00b204e9800998ecf8427e","size":2}}""",
        """{"schemaVersion":2,"config":{"digest":"\ud800","size":2}}""",
        """{"schemaVersion":2,"config":CONFIG,"layers":{}}""",
        """{"schemaVersion":2,"config":CONFIG,"layers":[1]}""",
        """{"schemaVersion":2,"config":CONFIG,"layers":[null]}""",
        """{"schemaVersion":2,"config":CONFIG,"manifests":[]}""",
        """{"schemaVersion":2,"config":CONFIG,"subject":"x"}""",
        """{"schemaVersion":2,"config":CONFIG,"subject":{"digest":"x","size":2}}""",
        """{"schemaVersion":2,"config":CONFIG,"annotations":[]}""",
        """{"schemaVersion":2,"config":CONFIG,"annotations":{"a":1}}""",
        """{"schemaVersion":2,"config":CONFIG,"artifactType":1}""",
        """{"schemaVersion":2,"config":CONFIG,"mediaType":1}""",
        """{"schemaVersion":2,"config":CONFIG,"mediaType":"application/vnd.oci.image.index.v1+json"}""",
        """{"schemaVersion":2,"config":CONFIG,"config":CONFIG}""",
        """{"schemaVersion":2,"schemaVersion":2,"config":CONFIG}""",
        """{"schemaVersion":2,"config":{"digest":"DIGEST","digest":"DIGEST","size":2}}""",
        """{"schemaVersion":2,"config":CONFIG} {}""",
        """{"schemaVersion":2,"config":CONFIG,"x":""" + new string('[', 100) + new string(']', 100) + "}",
        new string('[', 100_000),
    ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_document_that_is_not_of_the_shape_is_refused_and_leaves_no_tag(string document)
    {
        var name = await server.RepositoryAsync();
        await server.Alice.PushBlobAsync(name, "{}"u8.ToArray());
        var bytes = Encoding.UTF8.GetBytes(
            document.Replace("CONFIG", Config, StringComparison.Ordinal).Replace("DIGEST", Digest, StringComparison.Ordinal));

        (await server.Alice.PutManifestAsync(name, "v1", bytes)).Expect(HttpStatusCode.BadRequest, "MANIFEST_INVALID");
        (await server.Alice.PutManifestAsync(name, Image.Sha256(bytes), bytes)).Expect(HttpStatusCode.BadRequest, "MANIFEST_INVALID");

        Assert.Empty((await server.Alice.GetAsync($"/v2/{name}/tags/list")).Strings("tags"));
        (await server.Alice.GetAsync($"/v2/{name}/manifests/{Image.Sha256(bytes)}")).Expect(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("application/vnd.docker.distribution.manifest.v1+prettyjws")]
    [InlineData("application/vnd.docker.distribution.manifest.v1+json")]
    public async Task Schema_1_is_refused(string mediaType) =>
        (await server.Alice.PutManifestAsync(await server.RepositoryAsync(), "v1", "{\"schemaVersion\":1}"u8.ToArray(), mediaType))
            .Expect(HttpStatusCode.BadRequest, "MANIFEST_INVALID");

    [Fact]
    public async Task A_document_that_nothing_says_the_type_of_is_refused() =>
        (await server.Alice.PutAsync($"/v2/{await server.RepositoryAsync()}/manifests/v1", "{}"u8.ToArray())).Expect(
            HttpStatusCode.BadRequest, "MANIFEST_INVALID");

    [Theory]
    [InlineData("a\\r\\nb: c/x")]
    [InlineData("application/\\u00e9")]
    [InlineData("application/\\u0000x")]
    [InlineData("no slash")]
    public async Task A_type_that_no_header_can_hold_is_refused(string mediaType)
    {
        var name = await server.RepositoryAsync();
        await server.Alice.PushBlobAsync(name, "{}"u8.ToArray());
        var document = Encoding.UTF8.GetBytes($$"""{"mediaType":"{{mediaType}}"}""");

        (await server.Alice.PutManifestAsync(name, "v1", document, "application/json")).Expect(
            HttpStatusCode.BadRequest, "MANIFEST_INVALID");
    }

    [Fact]
    public async Task An_artifact_type_with_control_characters_is_refused()
    {
        var name = await server.RepositoryAsync();
        var config = Image.Descriptor("application/x", await server.Alice.PushBlobAsync(name, "{}"u8.ToArray()), 2);

        foreach (var text in (string[])["a\\u0000", "a\\r\\nb", "\\u001f"])
        {
            var manifest = Image.Manifest(config, [], $",\"artifactType\":\"{text}\"{Image.Subject(Image.Unknown())}");
            (await server.Alice.PutManifestAsync(name, "v1", manifest)).Expect(HttpStatusCode.BadRequest, "MANIFEST_INVALID");
        }
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    public async Task Other_bytes_than_the_digest_says_are_refused_and_leave_nothing(string algorithm)
    {
        var name = await server.RepositoryAsync();
        var manifest = await server.Alice.PrepareImageAsync(name);
        var digest = Image.Named(manifest, algorithm);

        (await server.Alice.PutManifestAsync(name, digest, [.. manifest, .. "  "u8])).Expect(HttpStatusCode.BadRequest, "DIGEST_INVALID");

        (await server.Alice.HeadAsync($"/v2/{name}/manifests/{digest}")).Expect(HttpStatusCode.NotFound);
        (await server.Alice.DeleteAsync($"/v2/{name}/manifests/{digest}")).Expect(HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        (await server.Alice.PutManifestAsync(name, digest, manifest)).Expect(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    public async Task A_blob_that_is_not_here_is_named(string algorithm)
    {
        var name = await server.RepositoryAsync();
        var config = Image.Descriptor(Image.ConfigType, await server.Alice.PushBlobAsync(name, Image.NewBytes(9)), 9);
        var missing = Image.Unknown(algorithm);
        var manifest = Image.Manifest(config, [Image.Descriptor(Image.LayerType, missing, 40)]);

        var refusal = (await server.Alice.PutManifestAsync(name, "v1", manifest)).Expect(
            HttpStatusCode.BadRequest, "MANIFEST_BLOB_UNKNOWN");

        Assert.Equal(missing, refusal.Json.GetProperty("errors")[0].GetProperty("detail").GetProperty("digest").GetString());
        (await server.Alice.GetAsync($"/v2/{name}/manifests/v1")).Expect(HttpStatusCode.NotFound);
        (await server.Alice.DeleteAsync($"/v2/{name}/manifests/{Image.Sha256(manifest)}")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_manifest_that_is_too_large_is_refused_with_and_without_its_length()
    {
        await using var small = await OciServer.StartAsync(settings => settings with
        {
            Oci = settings.Oci with { MaxManifestBytes = 64 << 10 },
        });
        using var alice = OciServer.ClientOf(small, "alice");
        var name = await server.RepositoryAsync();

        await CheckAsync(server.Alice, 4 << 20);
        await CheckAsync(alice, 64 << 10);

        async Task CheckAsync(OciClient client, int max)
        {
            (await client.PutManifestAsync(name, "most", Sized(max), "application/x+json")).Expect(HttpStatusCode.Created);
            (await client.PutManifestAsync(name, "more", Sized(max + 1), "application/x+json")).Expect(
                HttpStatusCode.RequestEntityTooLarge, "MANIFEST_INVALID");
            (await client.PutAsync(
                $"/v2/{name}/manifests/more", Sized(max + 100_000), ("Content-Type", "application/x+json"),
                ("Transfer-Encoding", "chunked"))).Expect(HttpStatusCode.RequestEntityTooLarge, "MANIFEST_INVALID");
        }

        static byte[] Sized(int length) => Encoding.ASCII.GetBytes("{\"a\":\"" + new string('x', length - 8) + "\"}");
    }

    [Theory]
    [InlineData("-x")]
    [InlineData(".x")]
    [InlineData("a%20b")]
    [InlineData("%C3%A9")]
    public async Task A_tag_of_another_form_is_refused(string tag)
    {
        var name = await server.RepositoryAsync();

        (await server.Alice.PutManifestAsync(name, tag, "{}"u8.ToArray(), "application/x+json")).Expect(
            HttpStatusCode.BadRequest, "MANIFEST_INVALID");
        (await server.Alice.PutManifestAsync(name, new string('a', 129), "{}"u8.ToArray(), "application/x+json")).Expect(
            HttpStatusCode.BadRequest, "MANIFEST_INVALID");
        (await server.Alice.PutManifestAsync(name, new string('a', 128), "{}"u8.ToArray(), "application/x+json")).Expect(
            HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_body_that_breaks_off_stores_nothing()
    {
        await using var plain = await OciServer.StartAsync(options: new ServerOptions { Tls = false });
        using var alice = OciServer.ClientOf(plain, "alice");
        await alice.PostAsync("/v2/a/b/blobs/uploads/");
        await using (var connection = await RawConnection.OpenAsync(plain.BaseAddress))
        {
            await connection.SendAsync(
                "PUT /v2/a/b/manifests/v1 HTTP/1.1\r\nHost: h\r\nContent-Type: application/x+json\r\nContent-Length: 100\r\n"
                + $"Authorization: {OciClient.Basic("alice-key", OciServer.Secret)}\r\n\r\n{{}}");
        }

        (await alice.GetAsync("/v2/a/b/manifests/v1")).Expect(HttpStatusCode.NotFound);
    }
}
