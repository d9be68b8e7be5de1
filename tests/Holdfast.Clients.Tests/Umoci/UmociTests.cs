using Holdfast.Clients.Tests.Registries;
using Holdfast.Clients.Tests.Running;
using Holdfast.Clients.Tests.Skopeo;

namespace Holdfast.Clients.Tests.Umoci;

/// <summary>Debian's umoci makes and unpacks images in a layout; skopeo carries the layout.</summary>
public sealed class UmociTests : IDisposable
{
    readonly Sandbox _sandbox = new();
    readonly Registry _registry;
    readonly SkopeoClient _skopeo;
    readonly ClientProgram _umoci;
    readonly string _repository = Registry.NewRepository("umoci");

    public UmociTests(ServerUnderTest server)
    {
        _registry = server.Registry;
        _skopeo = new(_registry, _sandbox);
        _umoci = new(Installed.Umoci, _sandbox);
    }

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task A_tree_of_odd_names_comes_out_of_the_registry_as_it_went_in()
    {
        await MakeBundleAsync();
        _sandbox.Tree("bundle/rootfs/data", Names.Odd);
        File.CreateSymbolicLink(_sandbox["bundle/rootfs/link"], "data/plain.txt");

        await _umoci.RunAsync("repack", "--image", "made:v1", "bundle");
        await _skopeo.PushAsync($"oci:{_sandbox["made"]}:v1", _registry.Tag(_repository, "v1"));
        await _skopeo.PullAsync(_registry.Tag(_repository, "v1"), $"oci:{_sandbox["back"]}:v1");
        await _umoci.RunAsync("unpack", "--rootless", "--image", "back:v1", "unpacked");

        Hashes.AssertSameTree(_sandbox["bundle/rootfs/data"], _sandbox["unpacked/rootfs/data"]);
        Assert.Equal("data/plain.txt", new FileInfo(_sandbox["unpacked/rootfs/link"]).LinkTarget);
    }

    [Fact]
    public async Task A_second_layer_changes_and_removes_files_of_the_first()
    {
        await MakeBundleAsync();
        _sandbox.Tree("bundle/rootfs/data", ["stays", "changes", "goes"]);
        await _umoci.RunAsync("repack", "--refresh-bundle", "--image", "made:v1", "bundle");
        await _skopeo.PushAsync($"oci:{_sandbox["made"]}:v1", _registry.Tag(_repository, "v1"));
        _sandbox.RandomFile("bundle/rootfs/data/changes", 5000);
        File.Delete(_sandbox["bundle/rootfs/data/goes"]);

        await _umoci.RunAsync("repack", "--image", "made:v2", "bundle");
        await _umoci.RunAsync("config", "--image", "made:v2", "--config.entrypoint", "/data/stays", "--author", "me");
        await _skopeo.PushAsync($"oci:{_sandbox["made"]}:v2", _registry.Tag(_repository, "v2"));
        await _skopeo.PullAsync(_registry.Tag(_repository, "v2"), $"oci:{_sandbox["back"]}:v2");
        await _umoci.RunAsync("unpack", "--rootless", "--image", "back:v2", "unpacked");
        var stat = await _umoci.RunAsync("stat", "--image", "back:v2", "--json");

        Hashes.AssertSameTree(_sandbox["bundle/rootfs/data"], _sandbox["unpacked/rootfs/data"]);
        Assert.False(File.Exists(_sandbox["unpacked/rootfs/data/goes"]));
        stat.Says("\"author\":\"me\"");
        Assert.Equal(["v1", "v2"], await _skopeo.TagsAsync(_repository));
    }

    async Task MakeBundleAsync()
    {
        await _umoci.RunAsync("init", "--layout", "made");
        await _umoci.RunAsync("new", "--image", "made:base");
        await _umoci.RunAsync("unpack", "--rootless", "--image", "made:base", "bundle");
    }
}
