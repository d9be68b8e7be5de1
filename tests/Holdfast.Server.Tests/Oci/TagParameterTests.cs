using System.Net;

namespace Holdfast.Server.Tests.Oci;

/// <summary>Tags that are set by a push by digest, by the query's <c>tag</c> (distribution-spec, "Pushing manifests").</summary>
public sealed class TagParameterTests(OciServer server) : IClassFixture<OciServer>
{
    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    public async Task Each_tag_is_set_answered_listed_and_shown_with_the_digest_it_was_set_by(string algorithm)
    {
        var name = await server.RepositoryAsync();
        var manifest = await server.Alice.PrepareImageAsync(name);
        var digest = Image.Named(manifest, algorithm);
        var tags = Enumerable.Range(10, 12).Select(i => $"t{i}").ToArray();

        var created = (await PutAsync(name, $"{digest}?{Query(tags)}", manifest)).Expect(HttpStatusCode.Created);

        Assert.Equal(tags, created.Header("OCI-Tag")?.Split(',', StringSplitOptions.TrimEntries));
        Assert.Equal(digest, created.Digest);
        Assert.Equal(tags, (await server.Alice.GetAsync($"/v2/{name}/tags/list")).Strings("tags"));
        foreach (var tag in tags)
        {
            Assert.Equal(digest, (await server.Alice.HeadAsync($"/v2/{name}/manifests/{tag}")).ExpectOk().Digest);
            (await server.Alice.DeleteAsync($"/v2/{name}/manifests/{tag}")).Expect(HttpStatusCode.Accepted);
        }
        (await server.Alice.HeadAsync($"/v2/{name}/manifests/{digest}")).ExpectOk();
    }

    [Fact]
    public async Task A_tag_said_twice_is_answered_once()
    {
        var name = await server.RepositoryAsync();
        var manifest = await server.Alice.PrepareImageAsync(name);

        var created = (await PutAsync(name, $"{Image.Sha256(manifest)}?{Query(["a", "a", "b"])}", manifest)).Expect(HttpStatusCode.Created);

        Assert.Equal("a,b", created.Header("OCI-Tag"));
    }

    [Fact]
    public async Task A_tag_that_was_set_by_sha512_and_then_by_sha256_is_shown_with_the_latter()
    {
        var name = await server.RepositoryAsync();
        var manifest = await server.Alice.PrepareImageAsync(name);
        (await PutAsync(name, $"{Image.Sha512(manifest)}?tag=v1", manifest)).Expect(HttpStatusCode.Created);
        Assert.Equal(Image.Sha512(manifest), (await server.Alice.HeadAsync($"/v2/{name}/manifests/v1")).Digest);

        (await PutAsync(name, "v1", manifest)).Expect(HttpStatusCode.Created);

        Assert.Equal(Image.Sha256(manifest), (await server.Alice.HeadAsync($"/v2/{name}/manifests/v1")).Digest);
    }

    [Fact]
    public async Task Too_many_tags_are_refused_and_none_is_set()
    {
        var name = await server.RepositoryAsync();
        var manifest = await server.Alice.PrepareImageAsync(name);
        var tags = Enumerable.Range(0, 65).Select(i => $"t{i}").ToArray();

        (await PutAsync(name, $"{Image.Sha256(manifest)}?{Query(tags)}", manifest)).Expect(HttpStatusCode.RequestUriTooLong);
        Assert.Empty((await server.Alice.GetAsync($"/v2/{name}/tags/list")).Strings("tags"));
        (await PutAsync(name, $"{Image.Sha256(manifest)}?{Query(tags[..64])}", manifest)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_bad_tag_refuses_the_whole_push()
    {
        var name = await server.RepositoryAsync();
        var manifest = await server.Alice.PrepareImageAsync(name);

        foreach (var bad in (string[])["-x", "", "a b"])
        {
            (await PutAsync(name, $"{Image.Sha256(manifest)}?{Query(["good", bad])}", manifest)).Expect(
                HttpStatusCode.BadRequest, "MANIFEST_INVALID");
        }

        (await server.Alice.HeadAsync($"/v2/{name}/manifests/{Image.Sha256(manifest)}")).Expect(HttpStatusCode.NotFound);
    }

    Task<OciReply> PutAsync(string name, string reference, byte[] manifest) => server.Alice.PutManifestAsync(name, reference, manifest);

    static string Query(string[] tags) => string.Join('&', tags.Select(tag => $"tag={Uri.EscapeDataString(tag)}"));
}
