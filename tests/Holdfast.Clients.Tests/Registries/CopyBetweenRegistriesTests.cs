using Holdfast.Clients.Tests.Running;
using Holdfast.Clients.Tests.Skopeo;
using Holdfast.TestKit.Peers;

namespace Holdfast.Clients.Tests.Registries;

/// <summary>Holdfast beside the registry that most others descend from: what one has, the other takes unchanged.</summary>
public sealed class CopyBetweenRegistriesTests(ServerUnderTest server) : IAsyncLifetime
{
    readonly Sandbox _sandbox = new();
    readonly Registry _registry = server.Registry;
    readonly string _repository = Registry.NewRepository("between");

    DockerRegistry? _peer;
    SkopeoClient? _skopeo;

    Registry Peer => new(_peer!.Host, "", "", null);

    SkopeoClient Skopeo => _skopeo!;

    public async ValueTask InitializeAsync()
    {
        Assert.True(DockerRegistry.IsInstalled, "docker-registry is not installed: run scripts/install-peers.sh.");
        _peer = await DockerRegistry.StartAsync(TestContext.Current.CancellationToken);
        _skopeo = new(_registry, _sandbox);
    }

    public async ValueTask DisposeAsync()
    {
        if (_peer is not null)
            await _peer.DisposeAsync();
        _sandbox.Dispose();
    }

    [Fact]
    public async Task An_image_moves_over_from_the_other_registry_unchanged()
    {
        ImageLayout layout = new(_sandbox, "layout");
        var digest = layout.AddImage("v1", 5000, 2 * 1024 * 1024);
        await Skopeo.RunAsync(["copy", .. Skopeo.To(Peer), layout.Tag("v1"), $"docker://{Peer.Tag(_repository, "v1")}"]);

        await Skopeo.CopyAsync(
            Peer, Peer.Tag(_repository, "v1"), _registry, _registry.Tag(_repository, "v1"), "--preserve-digests");
        await Skopeo.PullAsync(_registry.At(_repository, digest), $"oci:{_sandbox["back"]}:v1");

        layout.AssertSame(_sandbox["back"]);
    }

    [Fact]
    public async Task An_index_moves_to_the_other_registry_with_all_its_images()
    {
        ImageLayout layout = new(_sandbox, "layout");
        layout.AddIndex("v1", "amd64", "arm64");
        await Skopeo.PushAsync(layout.Tag("v1"), _registry.Tag(_repository, "v1"), "--all");

        await Skopeo.CopyAsync(
            _registry, _registry.Tag(_repository, "v1"), Peer, Peer.Tag(_repository, "v1"), "--all", "--preserve-digests");
        await Skopeo.RunAsync(
            ["copy", "--all", "--preserve-digests", .. Skopeo.From(Peer), $"docker://{Peer.Tag(_repository, "v1")}",
                $"oci:{_sandbox["back"]}:v1"]);

        layout.AssertSame(_sandbox["back"]);
    }

    [Fact]
    public async Task A_whole_repository_is_synchronised_in_both_directions()
    {
        ImageLayout layout = new(_sandbox, "layout");
        var (one, two) = (layout.AddImage("v1", 1000), layout.AddImage("v2", 2000));
        await Skopeo.PushAsync(layout.Tag("v1"), _registry.Tag(_repository, "v1"));
        await Skopeo.PushAsync(layout.Tag("v2"), _registry.Tag(_repository, "v2"), "--format", "v2s2");
        var converted = await Skopeo.DigestAsync(_registry.Tag(_repository, "v2"));
        var mirror = Names.Bucket("mirror");

        await Skopeo.RunAsync(
            ["sync", "--src", "docker", "--dest", "docker", .. Skopeo.From(_registry), .. Skopeo.To(Peer),
                $"{_registry.Host}/{_repository}", $"{Peer.Host}/mirror"]);
        await Skopeo.RunAsync(
            ["sync", "--src", "docker", "--dest", "docker", .. Skopeo.From(Peer), .. Skopeo.To(_registry),
                $"{Peer.Host}/mirror/app", $"{_registry.Host}/{mirror}"]);

        Assert.NotEqual(two, converted);
        Assert.Equal(["v1", "v2"], await Skopeo.TagsAsync($"{mirror}/app"));
        Assert.Equal(one, await Skopeo.DigestAsync(_registry.Tag($"{mirror}/app", "v1")));
        Assert.Equal(converted, await Skopeo.DigestAsync(_registry.Tag($"{mirror}/app", "v2")));
    }
}
