using System.Net;

namespace Holdfast.Server.Tests.Oci;

/// <summary>Who knows a digest and lacks the bytes gets nothing: access is checked on the link, never on the blob.</summary>
public sealed class LinkTests(OciServer server) : IClassFixture<OciServer>
{
    [Theory]
    [InlineData("sha256", 300)]
    [InlineData("sha256", 100_000)]
    [InlineData("sha512", 300)]
    [InlineData("sha512", 100_000)]
    public async Task A_digest_alone_opens_no_blob(string algorithm, int length)
    {
        var blob = Image.NewBytes(length);
        var digest = await server.Alice.PushBlobAsync(await server.RepositoryAsync(server.Alice), blob, algorithm);

        foreach (var thief in (OciClient[])[server.Bob, server.Stranger, server.Alice])
        {
            var name = await server.RepositoryAsync(thief);
            var (secret, unknown) = (await AnswersAsync(thief, name, digest), await AnswersAsync(thief, name, Image.Unknown(algorithm)));

            Assert.Equal(unknown, secret);
            (await thief.GetAsync($"/v2/{name}/blobs/{digest}")).Expect(HttpStatusCode.NotFound, "BLOB_UNKNOWN");
            (await thief.GetAsync($"/v2/{name}/blobs/{Image.Sha256(blob)}")).Expect(HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        }
    }

    [Fact]
    public async Task A_manifest_links_nothing_that_its_repository_does_not_have()
    {
        var source = await server.RepositoryAsync(server.Alice);
        var layer = Image.NewBytes(100);
        var digest = await server.Alice.PushBlobAsync(source, layer);
        foreach (var thief in (OciClient[])[server.Bob, server.Stranger, server.Alice])
        {
            var name = await server.RepositoryAsync(thief);
            var config = Image.Descriptor(Image.ConfigType, await thief.PushBlobAsync(name, Image.NewBytes(20)), 20);
            var manifest = Image.Manifest(config, [Image.Descriptor(Image.LayerType, digest, layer.Length)]);

            (await thief.PutManifestAsync(name, "v1", manifest)).Expect(HttpStatusCode.BadRequest, "MANIFEST_BLOB_UNKNOWN");
            (await thief.GetAsync($"/v2/{name}/blobs/{digest}")).Expect(HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        }
    }

    [Fact]
    public async Task An_index_opens_no_manifest_of_another_repository_nor_a_subject_or_a_fallback_tag()
    {
        var source = await server.RepositoryAsync(server.Alice);
        var image = await server.Alice.PushImageAsync(source, "v1", ",\"annotations\":{\"secret\":\"yes\"}");
        var (digest, name) = (Image.Sha256(image), await server.RepositoryAsync(server.Bob));
        var index = Image.Index([Image.Descriptor(Image.ManifestType, digest, image.Length)], Image.Subject(digest));
        (await server.Bob.PutManifestAsync(name, "list", index, Image.IndexType)).Expect(HttpStatusCode.Created);
        (await server.Bob.PutManifestAsync(name, digest.Replace(':', '-'), index, Image.IndexType)).Expect(HttpStatusCode.Created);

        (await server.Bob.GetAsync($"/v2/{name}/manifests/{digest}")).Expect(HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        (await server.Bob.GetAsync($"/v2/{name}/blobs/{digest}")).Expect(HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        var referrers = (await server.Bob.GetAsync($"/v2/{name}/referrers/{digest}")).ExpectOk();
        Assert.DoesNotContain("secret", referrers.Text, StringComparison.Ordinal);
        var own = (await server.Alice.GetAsync($"/v2/{source}/referrers/{digest}")).ExpectOk();
        Assert.Empty(own.Json.GetProperty("manifests").EnumerateArray());
    }

    [Fact]
    public async Task Sending_all_the_bytes_makes_a_link_and_looks_as_if_nobody_had_them()
    {
        var blob = Image.NewBytes(50_000);
        await server.Alice.PushBlobAsync(await server.RepositoryAsync(server.Alice), blob);
        var name = await server.RepositoryAsync(server.Bob);

        var begun = (await server.Bob.PostAsync($"/v2/{name}/blobs/uploads/")).Expect(HttpStatusCode.Accepted);
        var sent = (await server.Bob.PatchAsync(begun.Location, blob)).Expect(HttpStatusCode.Accepted);
        (await server.Bob.PutAsync($"{sent.Location}?digest={Image.Sha256(blob)}", null)).Expect(HttpStatusCode.Created);

        Assert.Equal(blob, (await server.Bob.GetAsync($"/v2/{name}/blobs/{Image.Sha256(blob)}")).ExpectOk().Body);
    }

    [Fact]
    public async Task Anothers_upload_is_not_ones_own()
    {
        var (ofAlice, ofBob) = (await server.RepositoryAsync(server.Alice), await server.RepositoryAsync(server.Bob));
        var location = (await server.Alice.PostAsync($"/v2/{ofAlice}/blobs/uploads/")).Location;
        await server.Alice.PatchAsync(location, new byte[10]);

        (await server.Bob.GetAsync(location)).Expect(HttpStatusCode.Forbidden, "DENIED");
        (await server.Bob.GetAsync(location.Replace(ofAlice, ofBob, StringComparison.Ordinal))).Expect(
            HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }

    /// <summary>Status and code of all that a caller can try with a digest.</summary>
    static async Task<List<string>> AnswersAsync(OciClient client, string name, string digest)
    {
        var begun = (await client.PostAsync($"/v2/{name}/blobs/uploads/")).Expect(HttpStatusCode.Accepted).Location;
        var partly = (await client.PostAsync($"/v2/{name}/blobs/uploads/")).Expect(HttpStatusCode.Accepted).Location;
        (await client.PatchAsync(partly, [1])).Expect(HttpStatusCode.Accepted);
        OciReply[] replies =
        [
            await client.HeadAsync($"/v2/{name}/blobs/{digest}"),
            await client.GetAsync($"/v2/{name}/blobs/{digest}"),
            await client.GetAsync($"/v2/{name}/blobs/{digest}", ("If-None-Match", "*"), ("Range", "bytes=0-1")),
            await client.DeleteAsync($"/v2/{name}/blobs/{digest}"),
            await client.GetAsync($"/v2/{name}/manifests/{digest}"),
            await client.PostAsync($"/v2/{name}/blobs/uploads/?digest={digest}"),
            await client.PostAsync($"/v2/{name}/blobs/uploads/?digest={digest}", "other"u8.ToArray()),
            await client.PutAsync($"{begun}?digest={digest}", null),
            await client.PutAsync($"{begun}?digest={digest}", "other"u8.ToArray()),
            await client.PutAsync($"{partly}?digest={digest}", null),
            await client.GetAsync($"/v2/{name}/referrers/{digest}"),
        ];
        return [.. replies.Select(reply => $"{(int)reply.Status} {reply.Code}")];
    }
}
