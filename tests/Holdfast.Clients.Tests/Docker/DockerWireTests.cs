using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Holdfast.Clients.Tests.Registries;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Docker;

public sealed class DockerWireTests : IDisposable
{
    readonly Registry _registry;
    readonly DockerWire _docker;
    readonly string _repository = Registry.NewRepository("docker");

    public DockerWireTests(ServerUnderTest server)
    {
        _registry = server.Registry;
        _docker = new(_registry);
    }

    public void Dispose() => _docker.Dispose();

    [Fact]
    public async Task A_login_trades_the_password_for_tokens_and_the_ping_then_answers()
    {
        var challenge = await _docker.PingAsync();
        var answer = await _docker.GetTokenAsync(challenge, offline: true);
        using var ping = await _docker.SendAsync(HttpMethod.Get, "/v2/", (string)answer["token"]!);

        Assert.False(challenge.ContainsKey("scope"));
        Assert.NotEmpty((string)answer["refresh_token"]!);
        Assert.InRange((int)answer["expires_in"]!, 60, 3600);
        Assert.Equal((string?)answer["token"], (string?)answer["access_token"]);
        Assert.Equal(HttpStatusCode.OK, ping.StatusCode);
    }

    [Fact]
    public async Task A_refresh_token_stands_for_the_password_from_then_on()
    {
        var challenge = await _docker.PingAsync();
        var refresh = (string)(await _docker.GetTokenAsync(challenge, offline: true))["refresh_token"]!;

        var answer = await _docker.PostTokenAsync(
            challenge, ("grant_type", "refresh_token"), ("refresh_token", refresh), ("scope", $"repository:{_repository}:push,pull"));
        var (blob, digest) = Blob(100);

        Assert.True(await _docker.PushBlobAsync(_repository, (string)answer["access_token"]!, blob, digest));
        Assert.NotEmpty((string)answer["refresh_token"]!);
    }

    [Fact]
    public async Task A_password_is_taken_in_a_form_as_well()
    {
        var challenge = await _docker.PingAsync();

        var answer = await _docker.PostTokenAsync(
            challenge, ("grant_type", "password"), ("access_type", "offline"), ("username", _registry.User),
            ("password", _registry.Password), ("scope", $"repository:{_repository}:pull"));

        Assert.NotEmpty((string)answer["access_token"]!);
        Assert.NotEmpty((string)answer["refresh_token"]!);
    }

    [Fact]
    public async Task An_image_is_pushed_and_pulled()
    {
        var token = await TokenAsync($"repository:{_repository}:push,pull");
        var ((layer, layerDigest), (config, configDigest)) = (Blob(3 * 1024 * 1024), Blob(400));
        var manifest = ManifestOf(config, configDigest, layer, layerDigest);
        var digest = $"sha256:{Hashes.Of(manifest)}";

        Assert.True(await _docker.PushBlobAsync(_repository, token, layer, layerDigest));
        Assert.True(await _docker.PushBlobAsync(_repository, token, config, configDigest));
        using var put = await _docker.PutManifestAsync(_repository, "v1", token, manifest);
        var pulling = await TokenAsync($"repository:{_repository}:pull");
        using var head = await _docker.SendAsync(HttpMethod.Head, $"/v2/{_repository}/manifests/v1", pulling);

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(digest, DockerWire.DigestOf(put));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(digest, DockerWire.DigestOf(head));
        Assert.Equal(DockerWire.Manifest, head.Content.Headers.ContentType!.ToString());
        Assert.Equal(manifest.Length, head.Content.Headers.ContentLength);
        Assert.Equal(manifest, await _docker.PullAsync($"/v2/{_repository}/manifests/{digest}", pulling));
        Assert.Equal(config, await _docker.PullAsync($"/v2/{_repository}/blobs/{configDigest}", pulling));
        Assert.Equal(layer, await _docker.PullAsync($"/v2/{_repository}/blobs/{layerDigest}", pulling));
        Assert.False(await _docker.PushBlobAsync(_repository, token, layer, layerDigest));
    }

    [Fact]
    public async Task A_layer_of_another_repository_is_mounted_with_a_token_for_both()
    {
        var target = Registry.NewRepository("docker");
        var (layer, digest) = Blob(70_000);
        await _docker.PushBlobAsync(_repository, await TokenAsync($"repository:{_repository}:push,pull"), layer, digest);

        var token = await TokenAsync($"repository:{target}:push,pull", $"repository:{_repository}:pull");
        using var mounted = await MountAsync(target, digest, token);

        Assert.Equal(HttpStatusCode.Created, mounted.StatusCode);
        Assert.Equal(digest, DockerWire.DigestOf(mounted));
        Assert.Equal(layer, await _docker.PullAsync($"/v2/{target}/blobs/{digest}", token));
    }

    [Fact]
    public async Task A_mount_that_the_token_does_not_cover_is_challenged_for_both_repositories_at_once()
    {
        var target = Registry.NewRepository("docker");
        var (layer, digest) = Blob(100);
        await _docker.PushBlobAsync(_repository, await TokenAsync($"repository:{_repository}:push,pull"), layer, digest);

        using var refused = await MountAsync(target, digest, await TokenAsync($"repository:{target}:pull"));
        var challenge = DockerWire.ChallengeOf(refused);
        var token = (string)(await _docker.GetTokenAsync(challenge, false, challenge["scope"]))["token"]!;
        using var mounted = await MountAsync(target, digest, token);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal($"repository:{target}:pull,push repository:{_repository}:pull", challenge["scope"]);
        Assert.Equal(HttpStatusCode.Created, mounted.StatusCode);
    }

    [Fact]
    public async Task A_mount_of_what_is_nowhere_begins_an_upload()
    {
        var token = await TokenAsync($"repository:{_repository}:push,pull", "repository:no/such:pull");
        var (_, digest) = Blob(100);

        using var answer = await _docker.SendAsync(
            HttpMethod.Post, $"/v2/{_repository}/blobs/uploads/?from=no%2Fsuch&mount={Uri.EscapeDataString(digest)}", token);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.NotNull(answer.Headers.Location);
    }

    [Fact]
    public async Task A_token_to_pull_pushes_nothing_and_the_challenge_says_what_would()
    {
        var token = await TokenAsync($"repository:{_repository}:push,pull");
        var (layer, digest) = Blob(100);
        await _docker.PushBlobAsync(_repository, token, layer, digest);

        using var refused = await _docker.SendAsync(
            HttpMethod.Post, $"/v2/{_repository}/blobs/uploads/", await TokenAsync($"repository:{_repository}:pull"));
        var challenge = DockerWire.ChallengeOf(refused);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("insufficient_scope", challenge["error"]);
        Assert.Equal($"repository:{_repository}:pull,push", challenge["scope"]);
    }

    [Fact]
    public async Task A_manifest_of_a_layer_that_was_not_pushed_is_refused()
    {
        var token = await TokenAsync($"repository:{_repository}:push,pull");
        var ((layer, layerDigest), (config, configDigest)) = (Blob(100), Blob(400));
        await _docker.PushBlobAsync(_repository, token, config, configDigest);

        using var put = await _docker.PutManifestAsync(_repository, "v1", token, ManifestOf(config, configDigest, layer, layerDigest));
        var error = JsonNode.Parse(await put.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["errors"]![0]!;

        Assert.Equal(HttpStatusCode.BadRequest, put.StatusCode);
        Assert.Equal("MANIFEST_BLOB_UNKNOWN", (string?)error["code"]);
        Assert.Contains(layerDigest, error.ToJsonString(), StringComparison.Ordinal);
    }

    async Task<string> TokenAsync(params string[] scopes) =>
        (string)(await _docker.GetTokenAsync(await _docker.PingAsync(), false, scopes))["token"]!;

    Task<HttpResponseMessage> MountAsync(string target, string digest, string token) => _docker.SendAsync(
        HttpMethod.Post,
        $"/v2/{target}/blobs/uploads/?from={Uri.EscapeDataString(_repository)}&mount={Uri.EscapeDataString(digest)}",
        token,
        new ByteArrayContent([]));

    static (byte[] Content, string Digest) Blob(int length)
    {
        var content = RandomNumberGenerator.GetBytes(length);
        return (content, $"sha256:{Hashes.Of(content)}");
    }

    static byte[] ManifestOf(byte[] config, string configDigest, byte[] layer, string layerDigest) => Encoding.UTF8.GetBytes($$"""
        {
           "schemaVersion": 2,
           "mediaType": "{{DockerWire.Manifest}}",
           "config": {
              "mediaType": "application/vnd.docker.container.image.v1+json",
              "size": {{config.Length}},
              "digest": "{{configDigest}}"
           },
           "layers": [
              {
                 "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
                 "size": {{layer.Length}},
                 "digest": "{{layerDigest}}"
              }
           ]
        }
        """);
}
