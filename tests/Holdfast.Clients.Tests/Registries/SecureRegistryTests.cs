using Holdfast.Clients.Tests.Oras;
using Holdfast.Clients.Tests.Podman;
using Holdfast.Clients.Tests.Running;
using Holdfast.Clients.Tests.Skopeo;

namespace Holdfast.Clients.Tests.Registries;

/// <summary>The registry over HTTPS, with an authority that the machine does not know.</summary>
public sealed class SecureRegistryTests(SecureServer server) : IDisposable
{
    readonly Sandbox _sandbox = new();
    readonly string _repository = Registry.NewRepository("secure");

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task Skopeo_carries_an_image_both_ways_and_trusts_no_other_server()
    {
        var registry = await server.GetAsync();
        SkopeoClient skopeo = new(registry, _sandbox);
        ImageLayout layout = new(_sandbox, "layout");
        layout.AddImage("v1", 1000, 4 * 1024 * 1024);

        await skopeo.PushAsync(layout.Tag("v1"), registry.Tag(_repository, "v1"), "--preserve-digests");
        await skopeo.PullAsync(registry.Tag(_repository, "v1"), $"oci:{_sandbox["back"]}:v1");
        var untrusted = await skopeo.TryAsync(
            ["inspect", "--creds", registry.Credentials, $"docker://{registry.Tag(_repository, "v1")}"]);

        layout.AssertSame(_sandbox["back"]);
        untrusted.Refused("certificate signed by unknown authority");
    }

    [Fact]
    public async Task Oras_pushes_attaches_discovers_and_pulls_and_trusts_no_other_server()
    {
        var registry = await server.GetAsync();
        OrasClient oras = new(_sandbox);
        _sandbox.Tree("", ["thing.bin", "sbom.json"]);
        var thing = registry.Tag(_repository, "v1");

        await oras.LoginAsync(registry);
        await oras.PushAsync(registry, thing, "thing.bin");
        var sbom = await oras.AttachAsync(registry, thing, "application/vnd.example.sbom", "sbom.json");
        await oras.RunAsync(registry, ["pull", "--no-tty"], "-o", _sandbox["pulled"], thing);
        var untrusted = await new ClientProgram(Installed.Oras, _sandbox).TryAsync(["resolve", thing]);

        Assert.Equal(sbom, (string?)Assert.Single(await oras.DiscoverAsync(registry, thing))!["digest"]);
        Hashes.AssertSameFile(_sandbox["thing.bin"], _sandbox["pulled/thing.bin"]);
        untrusted.Refused("certificate signed by unknown authority");
    }

    [Fact]
    public async Task Podman_logs_in_and_pulls()
    {
        var registry = await server.GetAsync();
        ImageLayout layout = new(_sandbox, "layout");
        var digest = layout.AddImage("v1", 1000);
        await new SkopeoClient(registry, _sandbox).PushAsync(layout.Tag("v1"), registry.Tag(_repository, "v1"));
        PodmanClient podman = new(registry, _sandbox);

        await podman.LoginAsync();
        await podman.RemoteAsync(["pull", "-q", "--signature-policy", podman.Files.Policy], registry.Tag(_repository, "v1"));

        Assert.Equal(digest, await podman.DigestAsync(registry.Tag(_repository, "v1")));
    }
}
