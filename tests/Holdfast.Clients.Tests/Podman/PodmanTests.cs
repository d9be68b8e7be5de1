using System.Text.Json.Nodes;
using Holdfast.Clients.Tests.Registries;
using Holdfast.Clients.Tests.Running;
using Holdfast.Clients.Tests.Skopeo;

namespace Holdfast.Clients.Tests.Podman;

public sealed class PodmanTests : IDisposable
{
    readonly Sandbox _sandbox = new();
    readonly Registry _registry;
    readonly PodmanClient _podman;
    readonly SkopeoClient _skopeo;
    readonly ImageLayout _layout;
    readonly string _repository = Registry.NewRepository("podman");

    public PodmanTests(ServerUnderTest server)
    {
        _registry = server.Registry;
        _podman = new(_registry, _sandbox);
        _skopeo = new(_registry, _sandbox);
        _layout = new(_sandbox, "layout");
    }

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task An_image_is_pulled_named_anew_pushed_and_pulled_again()
    {
        var digest = _layout.AddImage("v1", 2000, 300_000);
        var (first, second) = (_registry.Tag(_repository, "v1"), _registry.Tag(Registry.NewRepository("podman"), "v2"));
        await _skopeo.PushAsync(_layout.Tag("v1"), first);

        var login = await _podman.LoginAsync();
        await PullAsync(first);
        await _podman.RunAsync("tag", first, second);
        await _podman.RemoteAsync(
            ["push", "-q", "--signature-policy", _podman.Files.Policy], "--digestfile", _sandbox["digest"], second);
        await _podman.RunAsync("rmi", "-f", first, second);
        await PullAsync(second);

        login.Says("Login Succeeded!");
        Assert.Equal(await _skopeo.DigestAsync(second), _sandbox.ReadText("digest"));
        Assert.Equal(await _skopeo.DigestAsync(second), await _podman.DigestAsync(second));
        Assert.Equal(await LayersAsync(first), await LayersAsync(second));
        Assert.Equal(ImageLayout.LayersOf(_layout.Read(digest)), await LayersAsync(first));
    }

    [Fact]
    public async Task A_pull_by_digest_gives_the_image_of_that_digest()
    {
        var digest = _layout.AddImage("v1", 2000);
        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, "v1"));
        await _podman.LoginAsync();

        await PullAsync(_registry.At(_repository, digest));

        Assert.Equal(digest, await _podman.DigestAsync(_registry.At(_repository, digest)));
    }

    [Fact]
    public async Task A_manifest_list_is_made_of_images_here_and_pushed()
    {
        var (one, two) = (_layout.AddImage("v1", 2000), _layout.AddImage("v2", 3000));
        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, "v1"));
        await _skopeo.PushAsync(_layout.Tag("v2"), _registry.Tag(_repository, "v2"));
        var list = _registry.Tag(_repository, "list");
        await _podman.LoginAsync();

        await _podman.RunAsync("manifest", "create", "localhost/list:1");
        await _podman.RemoteAsync(["manifest", "add"], "localhost/list:1", $"docker://{_registry.At(_repository, one)}");
        await _podman.RemoteAsync(["manifest", "add"], "--arch", "arm64", "localhost/list:1", $"docker://{_registry.At(_repository, two)}");
        await _podman.RemoteAsync(
            ["manifest", "push", "--all"], "--digestfile", _sandbox["digest"], "localhost/list:1", $"docker://{list}");
        var raw = await _skopeo.AskAsync("inspect", list, "--raw");

        Assert.Equal($"sha256:{Hashes.Of(raw.Output)}", _sandbox.ReadText("digest"));
        Assert.Equal(
            [one, two], JsonNode.Parse(raw.Output)!["manifests"]!.AsArray().Select(image => (string)image!["digest"]!));
    }

    [Fact]
    public async Task A_search_finds_the_repository_and_its_tags()
    {
        _layout.AddImage("v1", 2000);
        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, "v1"));
        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, "v2"));
        await _podman.LoginAsync();

        var found = await SearchAsync("--limit", "100", $"{_registry.Host}/{_repository}");
        var tags = await SearchAsync("--list-tags", $"{_registry.Host}/{_repository}");

        found.Says($"{_registry.Host}/{_repository}");
        Assert.Equal(["TAG", "v1", "v2"], tags.Lines.Select(line => line.Split(' ')[^1]));
    }

    [Fact]
    public async Task A_wrong_password_and_a_missing_tag_are_told_apart()
    {
        _layout.AddImage("v1", 2000);
        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, "v1"));

        var login = await _podman.TryRemoteAsync(["login"], "-u", _registry.User, "-p", "wrong", _registry.Host);
        var anonymous = await TryPullAsync(_registry.Tag(_repository, "v1"));
        await _podman.LoginAsync();
        var missing = await TryPullAsync(_registry.Tag(_repository, "v2"));

        login.Refused("invalid username/password");
        anonymous.Refused("authentication is required");
        missing.Refused("manifest unknown");
    }

    async Task<string[]> LayersAsync(string reference) =>
        ImageLayout.LayersOf((await _skopeo.AskAsync("inspect", reference, "--raw")).Output);

    Task<ProgramResult> PullAsync(string reference) =>
        _podman.RemoteAsync(["pull", "-q", "--signature-policy", _podman.Files.Policy], reference);

    Task<ProgramResult> TryPullAsync(string reference) =>
        _podman.TryRemoteAsync(["pull", "-q", "--signature-policy", _podman.Files.Policy], reference);

    // It is the one command that knows no --cert-dir.
    Task<ProgramResult> SearchAsync(params string[] arguments) =>
        _podman.RunAsync(["search", "--tls-verify=" + _registry.VerifiesTls, "--authfile", _podman.Files.Credentials, .. arguments]);
}
