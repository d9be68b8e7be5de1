using System.Net;
using Holdfast.Server.Tests.Durability;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Oci;

/// <summary>Two servers on one database and one directory answer as one would.</summary>
public sealed class TwoNodesTests : IAsyncLifetime
{
    readonly TestDirectory _directory = new();
    readonly List<ServerFixture> _nodes = [];
    readonly List<OciClient> _clients = [];

    OciClient First => _clients[0];

    OciClient Second => _clients[1];

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    public async Task An_upload_goes_on_at_either(string algorithm)
    {
        var blob = Image.NewBytes(250_000);
        var location = (await First.PostAsync("/v2/a/b/blobs/uploads/")).Expect(HttpStatusCode.Accepted).Location;
        var i = 0;
        foreach (var piece in blob.Chunk(60_000))
            (await _clients[++i % 2].PatchAsync(location, piece)).Expect(HttpStatusCode.Accepted);

        (await First.PutAsync($"{location}?digest={Image.Named(blob, algorithm)}", null)).Expect(HttpStatusCode.Created);

        Assert.Equal(blob, (await Second.GetAsync($"/v2/a/b/blobs/{Image.Named(blob, algorithm)}")).ExpectOk().Body);
        (await Second.GetAsync(location)).Expect(HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }

    [Fact]
    public async Task Of_chunks_for_one_place_at_both_one_is_taken()
    {
        for (var round = 0; round < 5; round++)
        {
            var location = (await First.PostAsync("/v2/a/b/blobs/uploads/")).Location;
            var pieces = Enumerable.Range(0, 4).Select(_ => Image.NewBytes(30_000)).ToList();

            var answers = await Task.WhenAll(pieces.Select(
                (piece, i) => _clients[i % 2].PatchAsync(location, piece, ("Content-Range", "0-29999"))));

            var won = pieces[Array.IndexOf(answers, Assert.Single(answers, answer => answer.Status == HttpStatusCode.Accepted))];
            (await Second.PutAsync($"{location}?digest={Image.Sha256(won)}", null)).Expect(HttpStatusCode.Created);
        }
    }

    [Fact]
    public async Task What_one_stores_the_other_gives_lists_and_deletes()
    {
        var manifest = await First.PushImageAsync("a/c", "v1");

        Assert.Equal(manifest, (await Second.GetAsync("/v2/a/c/manifests/v1")).ExpectOk().Body);
        Assert.Equal(["v1"], (await Second.GetAsync("/v2/a/c/tags/list")).Strings("tags"));
        (await Second.DeleteAsync($"/v2/a/c/manifests/{Image.Sha256(manifest)}")).Expect(HttpStatusCode.Accepted);
        (await First.GetAsync("/v2/a/c/manifests/v1")).Expect(HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
    }

    [Fact]
    public async Task A_token_of_one_opens_the_other()
    {
        await First.PushImageAsync("a/d", "v1");
        foreach (var (from, to) in ((OciClient, ServerFixture)[])[(First, _nodes[1]), (Second, _nodes[0])])
        {
            var token = (await from.GetAsync("/token?scope=repository:a/d:pull")).ExpectOk().Json.GetProperty("token").GetString();
            using var client = new OciClient(to, $"Bearer {token}");

            (await client.GetAsync("/v2/a/d/manifests/v1")).ExpectOk();
        }
    }

    [Fact]
    public async Task Writers_and_deleters_at_both_leave_each_image_whole_or_gone()
    {
        var (config, layer) = (Image.NewBytes(50), Image.NewBytes(500));
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async writer =>
        {
            for (var round = 0; round < 8; round++)
            {
                var client = _clients[(writer + round) % 2];
                var parts = (
                    Image.Descriptor(Image.ConfigType, await client.PushBlobAsync("a/e", config), config.Length),
                    Image.Descriptor(Image.LayerType, await client.PushBlobAsync("a/e", layer), layer.Length));
                var manifest = Image.Manifest(parts.Item1, [parts.Item2], $",\"n\":{round % 3}");
                var put = await client.PutManifestAsync("a/e", $"v{round % 2}", manifest);
                Assert.Contains(put.Status, new[] { HttpStatusCode.Created, HttpStatusCode.BadRequest });
                await client.DeleteAsync($"/v2/a/e/manifests/{Image.Sha256(manifest)}");
                await client.DeleteAsync($"/v2/a/e/blobs/{Image.Sha256(layer)}");
            }
        }));

        foreach (var tag in (await First.GetAsync("/v2/a/e/tags/list")).ExpectOk().Strings("tags"))
        {
            (await Second.GetAsync($"/v2/a/e/manifests/{tag}")).ExpectOk();
            Assert.Equal(layer, (await Second.GetAsync($"/v2/a/e/blobs/{Image.Sha256(layer)}")).ExpectOk().Body);
        }
    }

    public async ValueTask InitializeAsync()
    {
        var catalog = await Catalogs.NewPostgresAsync();
        for (var node = 0; node < 2; node++)
        {
            _nodes.Add(await OciServer.StartAsync(options: new ServerOptions { Data = _directory.File("data"), Catalog = catalog }));
            _clients.Add(OciServer.ClientOf(_nodes[node], "alice"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        foreach (var node in _nodes)
            await node.DisposeAsync();
        _directory.Dispose();
    }
}
