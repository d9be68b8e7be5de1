using System.Net;

namespace Holdfast.Server.Tests.Oci;

/// <summary>Tags that can be created but neither moved nor deleted.</summary>
public sealed class ImmutableTagTests(OciServer server) : IClassFixture<OciServer>
{
    [Fact]
    public async Task A_tag_that_fits_a_pattern_is_set_once_and_to_the_same_again()
    {
        var name = await ProtectedAsync();
        var first = await server.Alice.PushImageAsync(name, "v1.0");
        var second = await server.Alice.PrepareImageAsync(name);

        (await server.Alice.PutManifestAsync(name, "v1.0", second)).Expect(HttpStatusCode.Forbidden, "DENIED");
        (await server.Alice.PutManifestAsync(name, $"{Image.Sha256(second)}?tag=free&tag=v1.0", second)).Expect(
            HttpStatusCode.Forbidden, "DENIED");
        (await server.Alice.PutManifestAsync(name, "v1.0", first)).Expect(HttpStatusCode.Created);

        Assert.Equal(first, (await server.Alice.GetAsync($"/v2/{name}/manifests/v1.0")).ExpectOk().Body);
        (await server.Alice.HeadAsync($"/v2/{name}/manifests/{Image.Sha256(second)}")).Expect(HttpStatusCode.NotFound);
        (await server.Alice.HeadAsync($"/v2/{name}/manifests/free")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Neither_it_nor_its_manifest_can_be_deleted_by_anyone()
    {
        var name = await ProtectedAsync();
        var manifest = await server.Alice.PushImageAsync(name, "v1.0");
        (await server.Alice.PutManifestAsync(name, "free", manifest)).Expect(HttpStatusCode.Created);

        foreach (var client in (OciClient[])[server.Alice, server.Owner, server.Root])
        {
            (await client.DeleteAsync($"/v2/{name}/manifests/v1.0")).Expect(HttpStatusCode.Forbidden, "DENIED");
            (await client.DeleteAsync($"/v2/{name}/manifests/{Image.Sha256(manifest)}")).Expect(HttpStatusCode.Forbidden, "DENIED");
        }

        Assert.Equal(["free", "v1.0"], (await server.Alice.GetAsync($"/v2/{name}/tags/list")).Strings("tags"));
        (await server.Alice.DeleteAsync($"/v2/{name}/manifests/free")).Expect(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Other_tags_move_and_go_as_ever()
    {
        var name = await ProtectedAsync();
        await server.Alice.PushImageAsync(name, "latest");

        var second = await server.Alice.PushImageAsync(name, "latest");

        Assert.Equal(second, (await server.Alice.GetAsync($"/v2/{name}/manifests/latest")).ExpectOk().Body);
        (await server.Alice.DeleteAsync($"/v2/{name}/manifests/latest")).Expect(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_pattern_that_is_taken_away_protects_no_longer()
    {
        var name = await ProtectedAsync();
        var manifest = await server.Alice.PushImageAsync(name, "v1.0");

        await server.SetAsync(name, repository => repository with { ImmutableTags = [] });

        (await server.Alice.DeleteAsync($"/v2/{name}/manifests/{Image.Sha256(manifest)}")).Expect(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Of_pushes_to_one_such_tag_at_once_one_wins()
    {
        var name = await ProtectedAsync();
        for (var round = 0; round < 5; round++)
        {
            var manifests = new List<byte[]>();
            for (var i = 0; i < 4; i++)
                manifests.Add(await server.Alice.PrepareImageAsync(name));

            var answers = await Task.WhenAll(
                manifests.Select(manifest => server.Alice.PutManifestAsync(name, $"v1.{round}", manifest)));

            var won = Array.IndexOf(answers, Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created));
            Assert.All(answers.Where((_, i) => i != won), answer => answer.Expect(HttpStatusCode.Forbidden, "DENIED"));
            Assert.Equal(manifests[won], (await server.Alice.GetAsync($"/v2/{name}/manifests/v1.{round}")).ExpectOk().Body);
        }
    }

    async Task<string> ProtectedAsync()
    {
        var name = await server.RepositoryAsync();
        await server.SetAsync(name, repository => repository with { ImmutableTags = ["v1.*", "release-??"] });
        return name;
    }
}
