using System.Net;
using Holdfast.Server.Tests.Durability;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Oci;

/// <summary>What outlives a server: a second one begins where the first has ended.</summary>
public sealed class RestartTests : IDisposable
{
    readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    public async Task An_upload_goes_on_after_a_restart(string algorithm)
    {
        var catalog = await Catalogs.NewAsync();
        var blob = Image.NewBytes(200_000);
        var digest = Image.Named(blob, algorithm);
        string location;
        await using (var first = await StartAsync(catalog))
        {
            using var alice = OciServer.ClientOf(first, "alice");
            location = (await alice.PostAsync("/v2/a/b/blobs/uploads/")).Expect(HttpStatusCode.Accepted).Location;
            (await alice.PatchAsync(location, blob[..70_001])).Expect(HttpStatusCode.Accepted);
            (await alice.PatchAsync(location, blob[70_001..70_011])).Expect(HttpStatusCode.Accepted);
        }

        await using var second = await StartAsync(catalog);
        using var again = OciServer.ClientOf(second, "alice");
        Assert.Equal("0-70010", (await again.GetAsync(location)).Expect(HttpStatusCode.NoContent).Header("Range"));
        (await again.PatchAsync(location, blob[70_011..], ("Content-Range", "70011-199999"))).Expect(HttpStatusCode.Accepted);
        (await again.PutAsync($"{location}?digest={digest}", null)).Expect(HttpStatusCode.Created);

        Assert.Equal(blob, (await again.GetAsync($"/v2/a/b/blobs/{digest}")).ExpectOk().Body);
    }

    [Fact]
    public async Task Images_tags_and_tokens_are_there_after_a_restart()
    {
        var catalog = await Catalogs.NewAsync();
        byte[] manifest;
        string token;
        await using (var first = await StartAsync(catalog))
        {
            using var alice = OciServer.ClientOf(first, "alice");
            manifest = await alice.PushImageAsync("a/b", "v1");
            token = (await alice.GetAsync("/token?scope=repository:a/b:pull")).ExpectOk().Json.GetProperty("token").GetString()!;
        }

        await using var second = await StartAsync(catalog);
        using var again = new OciClient(second, $"Bearer {token}");
        Assert.Equal(manifest, (await again.GetAsync("/v2/a/b/manifests/v1")).ExpectOk().Body);
        Assert.Equal(["v1"], (await again.GetAsync("/v2/a/b/tags/list")).ExpectOk().Strings("tags"));
    }

    Task<ServerFixture> StartAsync(string catalog) =>
        OciServer.StartAsync(options: new ServerOptions { Data = _directory.File("data"), Catalog = catalog });
}
