using System.Net;

namespace Holdfast.Server.Tests.Oci;

public sealed class DeleteTests(OciServer server) : IClassFixture<OciServer>
{
    [Fact]
    public async Task A_deleted_tag_leaves_its_manifest()
    {
        var name = await server.RepositoryAsync();
        var manifest = await server.Alice.PushImageAsync(name, "v1");
        (await server.Alice.PutManifestAsync(name, "v2", manifest)).Expect(HttpStatusCode.Created);

        (await DeleteAsync(name, "manifests/v1")).Expect(HttpStatusCode.Accepted);

        (await server.Alice.HeadAsync($"/v2/{name}/manifests/v1")).Expect(HttpStatusCode.NotFound);
        (await server.Alice.HeadAsync($"/v2/{name}/manifests/v2")).ExpectOk();
        (await server.Alice.HeadAsync($"/v2/{name}/manifests/{Image.Sha256(manifest)}")).ExpectOk();
        Assert.Equal(["v2"], (await server.Alice.GetAsync($"/v2/{name}/tags/list")).Strings("tags"));
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    public async Task A_deleted_manifest_takes_all_its_tags_along(string algorithm)
    {
        var name = await server.RepositoryAsync();
        var manifest = await server.Alice.PrepareImageAsync(name);
        (await server.Alice.PutManifestAsync(name, $"{Image.Named(manifest, algorithm)}?tag=v1&tag=v2", manifest)).Expect(
            HttpStatusCode.Created);
        await server.Alice.PushImageAsync(name, "other");

        (await DeleteAsync(name, $"manifests/{Image.Named(manifest, algorithm)}")).Expect(HttpStatusCode.Accepted);

        foreach (var reference in (string[])["v1", "v2", Image.Sha256(manifest), Image.Sha512(manifest)])
            (await server.Alice.GetAsync($"/v2/{name}/manifests/{reference}")).Expect(HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        Assert.Equal(["other"], (await server.Alice.GetAsync($"/v2/{name}/tags/list")).Strings("tags"));
    }

    [Fact]
    public async Task What_was_never_there_or_is_gone_is_not_found()
    {
        var name = await server.RepositoryAsync();
        var manifest = await server.Alice.PushImageAsync(name, "v1");
        var blob = await server.Alice.PushBlobAsync(name, Image.NewBytes(10));

        foreach (var path in (string[])["manifests/v1", $"manifests/{Image.Sha256(manifest)}", $"blobs/{blob}"])
        {
            (await DeleteAsync(name, path)).Expect(HttpStatusCode.Accepted);
            (await DeleteAsync(name, path)).Expect(
                HttpStatusCode.NotFound, path.StartsWith("blobs", StringComparison.Ordinal) ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN");
        }
        (await DeleteAsync(name, $"manifests/{Image.Unknown()}")).Expect(HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        (await DeleteAsync(name, $"blobs/{Image.Unknown("sha512")}")).Expect(HttpStatusCode.NotFound, "BLOB_UNKNOWN");
    }

    [Fact]
    public async Task A_blob_in_use_stays_until_the_last_manifest_that_names_it_is_gone()
    {
        var name = await server.RepositoryAsync();
        var layer = Image.NewBytes(70);
        var digest = await server.Alice.PushBlobAsync(name, layer);
        var manifests = Enumerable.Range(0, 2).Select(i => Image.Manifest(
            Image.Descriptor(Image.ConfigType, digest, layer.Length),
            [Image.Descriptor(Image.LayerType, digest, layer.Length)],
            $",\"annotations\":{{\"i\":\"{i}\"}}")).ToList();
        foreach (var manifest in manifests)
            (await server.Alice.PutManifestAsync(name, Image.Sha256(manifest), manifest)).Expect(HttpStatusCode.Created);

        foreach (var manifest in manifests)
        {
            (await DeleteAsync(name, $"blobs/{digest}")).Expect(HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
            (await server.Alice.HeadAsync($"/v2/{name}/blobs/{digest}")).ExpectOk();
            (await DeleteAsync(name, $"manifests/{Image.Sha256(manifest)}")).Expect(HttpStatusCode.Accepted);
        }

        (await DeleteAsync(name, $"blobs/{digest}")).Expect(HttpStatusCode.Accepted);
        (await server.Alice.HeadAsync($"/v2/{name}/blobs/{digest}")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_deleted_index_leaves_its_images()
    {
        var name = await server.RepositoryAsync();
        var image = await server.Alice.PushImageAsync(name);
        var index = Image.Index([Image.Descriptor(Image.ManifestType, Image.Sha256(image), image.Length)]);
        (await server.Alice.PutManifestAsync(name, "list", index, Image.IndexType)).Expect(HttpStatusCode.Created);

        (await DeleteAsync(name, $"manifests/{Image.Sha256(index)}")).Expect(HttpStatusCode.Accepted);

        (await server.Alice.HeadAsync($"/v2/{name}/manifests/{Image.Sha256(image)}")).ExpectOk();
    }

    [Fact]
    public async Task What_was_deleted_can_be_pushed_again()
    {
        var name = await server.RepositoryAsync();
        var blob = Image.NewBytes(100_000);
        for (var round = 0; round < 3; round++)
        {
            var digest = await server.Alice.PushBlobAsync(name, blob);
            var manifest = Image.Manifest(Image.Descriptor(Image.ConfigType, digest, blob.Length), []);
            (await server.Alice.PutManifestAsync(name, "v1", manifest)).Expect(HttpStatusCode.Created);
            Assert.Equal(manifest, (await server.Alice.GetAsync($"/v2/{name}/manifests/v1")).ExpectOk().Body);

            (await DeleteAsync(name, $"manifests/{Image.Sha256(manifest)}")).Expect(HttpStatusCode.Accepted);
            (await DeleteAsync(name, $"blobs/{digest}")).Expect(HttpStatusCode.Accepted);
        }
    }

    [Fact]
    public async Task The_same_deletion_by_many_at_once_succeeds_once()
    {
        var name = await server.RepositoryAsync();
        var manifest = await server.Alice.PushImageAsync(name, "v1");

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => DeleteAsync(name, $"manifests/{Image.Sha256(manifest)}")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Accepted);
        Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { HttpStatusCode.Accepted, HttpStatusCode.NotFound }));
    }

    [Fact]
    public async Task A_tag_that_cannot_be_one_is_refused() =>
        (await DeleteAsync(await server.RepositoryAsync(), "manifests/-x")).Expect(HttpStatusCode.BadRequest, "MANIFEST_INVALID");

    Task<OciReply> DeleteAsync(string name, string path) => server.Alice.DeleteAsync($"/v2/{name}/{path}");
}
