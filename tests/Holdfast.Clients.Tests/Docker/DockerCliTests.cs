using System.Text;
using System.Text.Json.Nodes;
using Holdfast.Clients.Tests.Registries;
using Holdfast.Clients.Tests.Running;
using Holdfast.Clients.Tests.Skopeo;

namespace Holdfast.Clients.Tests.Docker;

/// <summary>What the real Docker client does without an engine: log in, and work with manifests. No registry of packages that the tests
/// install from has it, so a machine without it skips them.</summary>
public sealed class DockerCliTests : IDisposable
{
    readonly Sandbox _sandbox = new();
    readonly Registry _registry;
    readonly SkopeoClient _skopeo;
    readonly ClientProgram _docker;
    readonly ImageLayout _layout;
    readonly string _repository = Registry.NewRepository("docker");

    public DockerCliTests(ServerUnderTest server)
    {
        _registry = server.Registry;
        var program = Installed.FindAllOnPath("docker").FirstOrDefault();
        Assert.SkipWhen(program is null, "This machine has no Docker client.");
        _docker = new(
            program, _sandbox,
            [("DOCKER_CONFIG", _sandbox.EmptyFolder("docker")),
                .. _registry.CaFile is { } ca ? [("SSL_CERT_FILE", ca)] : Array.Empty<(string, string)>()]);
        _skopeo = new(_registry, _sandbox);
        _layout = new(_sandbox, "layout");
    }

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task A_login_succeeds_and_one_with_a_wrong_password_does_not()
    {
        var login = await LoginAsync();
        var wrong = await _docker.TryAsync(
            ["login", "-u", _registry.User, "--password-stdin", _registry.Url.ToString()], "wrong"u8.ToArray());

        login.Says("Login Succeeded");
        wrong.Refused("unauthorized");
    }

    [Fact]
    public async Task A_manifest_list_is_made_pushed_and_inspected()
    {
        Assert.SkipWhen(_registry.IsHttps, "This command of the Docker client speaks plain HTTP to every registry on loopback.");
        _layout.AddImage("v1", 1000);
        _layout.AddImage("v2", 2000);
        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, "v1"), "--format", "v2s2");
        await _skopeo.PushAsync(_layout.Tag("v2"), _registry.Tag(_repository, "v2"), "--format", "v2s2");
        var list = _registry.Tag(_repository, "list");
        await LoginAsync();

        await _docker.RunAsync(
            ["manifest", "create", .. Way, list, _registry.Tag(_repository, "v1"), _registry.Tag(_repository, "v2")]);
        await _docker.RunAsync("manifest", "annotate", "--arch", "arm64", list, _registry.Tag(_repository, "v2"));
        var pushed = await _docker.RunAsync(["manifest", "push", .. Way, "--purge", list]);
        var inspected = JsonNode.Parse((await _docker.RunAsync(["manifest", "inspect", .. Way, list])).Text)!;

        pushed.Says(await _skopeo.DigestAsync(list));
        Assert.Equal("application/vnd.docker.distribution.manifest.list.v2+json", (string?)inspected["mediaType"]);
        Assert.Equal(
            [await _skopeo.DigestAsync(_registry.Tag(_repository, "v1")), await _skopeo.DigestAsync(_registry.Tag(_repository, "v2"))],
            inspected["manifests"]!.AsArray().Select(image => (string)image!["digest"]!));
    }

    [Fact]
    public async Task A_missing_manifest_is_told_as_such()
    {
        _layout.AddImage("v1", 1000);
        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, "v1"));
        await LoginAsync();

        var missing = await _docker.TryAsync(["manifest", "inspect", .. Way, _registry.Tag(_repository, "none")]);

        missing.Refused("no such manifest");
    }

    // With it the client tries plain HTTP, and then nothing else.
    string[] Way => _registry.IsHttps ? [] : ["--insecure"];

    Task<ProgramResult> LoginAsync() => _docker.RunAsync(
        Encoding.UTF8.GetBytes(_registry.Password),
        "login", "-u", _registry.User, "--password-stdin", _registry.Url.ToString());
}
