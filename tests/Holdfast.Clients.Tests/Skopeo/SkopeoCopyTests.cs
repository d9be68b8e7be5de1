using System.Text.Json.Nodes;
using Holdfast.Clients.Tests.Registries;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Skopeo;

public sealed class SkopeoCopyTests : IDisposable
{
    readonly Sandbox _sandbox = new();
    readonly Registry _registry;
    readonly SkopeoClient _skopeo;
    readonly ImageLayout _layout;
    readonly string _repository = Registry.NewRepository("skopeo");

    public SkopeoCopyTests(ServerUnderTest server)
    {
        _registry = server.Registry;
        _skopeo = new(_registry, _sandbox);
        _layout = new(_sandbox, "layout");
    }

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task An_image_comes_back_by_tag_and_by_digest_as_it_went()
    {
        var digest = _layout.AddImage("v1", 0, 1, 5000, 9 * 1024 * 1024);

        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, "v1"), "--preserve-digests");
        await _skopeo.PullAsync(_registry.Tag(_repository, "v1"), $"oci:{_sandbox["tagged"]}:v1");
        await _skopeo.PullAsync(_registry.At(_repository, digest), $"oci:{_sandbox["named"]}:v1");

        _layout.AssertSame(_sandbox["tagged"]);
        _layout.AssertSame(_sandbox["named"]);
    }

    [Fact]
    public async Task An_image_goes_through_a_folder_and_keeps_its_digest()
    {
        var digest = _layout.AddImage("v1", 30_000, 40_000);
        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, "v1"));

        await _skopeo.PullAsync(_registry.Tag(_repository, "v1"), $"dir:{_sandbox["dir"]}");
        await _skopeo.PushAsync($"dir:{_sandbox["dir"]}", _registry.Tag(_repository, "back"));

        Assert.Equal(digest, $"sha256:{Hashes.OfFile(_sandbox["dir/manifest.json"])}");
        foreach (var layer in ImageLayout.LayersOf(_layout.Read(digest)))
            Assert.Equal(layer, $"sha256:{Hashes.OfFile(_sandbox[$"dir/{layer["sha256:".Length..]}"])}");
        Assert.Equal(digest, await _skopeo.DigestAsync(_registry.Tag(_repository, "back")));
    }

    [Fact]
    public async Task An_image_pushed_in_the_docker_format_is_given_back_in_it()
    {
        var digest = _layout.AddImage("v1", 30_000, 40_000);

        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, "docker"), "--format", "v2s2");
        var raw = await _skopeo.AskAsync("inspect", _registry.Tag(_repository, "docker"), "--raw");
        await _skopeo.PullAsync(_registry.Tag(_repository, "docker"), $"dir:{_sandbox["dir"]}");
        await _skopeo.PullAsync(_registry.Tag(_repository, "docker"), $"oci:{_sandbox["oci"]}:v1", "--format", "oci");

        var manifest = JsonNode.Parse(raw.Output)!;
        Assert.Equal("application/vnd.docker.distribution.manifest.v2+json", (string?)manifest["mediaType"]);
        Assert.Equal(ImageLayout.LayersOf(_layout.Read(digest)), ImageLayout.LayersOf(raw.Output));
        Assert.Equal(raw.Output, await File.ReadAllBytesAsync(_sandbox["dir/manifest.json"], TestContext.Current.CancellationToken));
        foreach (var layer in ImageLayout.LayersOf(raw.Output))
            Hashes.AssertSameFile(ImageLayout.PathOf(_layout.Folder, layer), ImageLayout.PathOf(_sandbox["oci"], layer));
    }

    [Fact]
    public async Task An_index_of_many_architectures_is_copied_with_all_its_images()
    {
        var digest = _layout.AddIndex("v1", "amd64", "arm64", "riscv64");

        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, "v1"), "--all", "--preserve-digests");
        var raw = await _skopeo.AskAsync("inspect", _registry.Tag(_repository, "v1"), "--raw");
        await _skopeo.PullAsync(_registry.Tag(_repository, "v1"), $"oci:{_sandbox["back"]}:v1", "--all", "--preserve-digests");

        Assert.Equal(digest, $"sha256:{Hashes.Of(raw.Output)}");
        _layout.AssertSame(_sandbox["back"]);
    }

    [Fact]
    public async Task One_image_of_an_index_is_taken_for_the_architecture_that_was_asked_for()
    {
        _layout.AddIndex("v1", "amd64", "arm64");
        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, "v1"), "--all");

        var inspected = await _skopeo.RunAsync(
            ["--override-arch", "arm64", "inspect", .. _skopeo.One(_registry), "--creds", _registry.Credentials,
                $"docker://{_registry.Tag(_repository, "v1")}"]);

        Assert.Equal("arm64", (string?)JsonNode.Parse(inspected.Text)!["Architecture"]);
    }

    [Fact]
    public async Task An_image_is_copied_to_another_repository_of_the_same_server()
    {
        var digest = _layout.AddImage("v1", 3 * 1024 * 1024, 1000);
        var other = Registry.NewRepository("skopeo");
        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, "v1"));

        await _skopeo.CopyAsync(_registry, _registry.At(_repository, digest), _registry, _registry.Tag(other, "copy"));
        await _skopeo.PullAsync(_registry.Tag(other, "copy"), $"oci:{_sandbox["back"]}:v1");

        _layout.AssertSame(_sandbox["back"]);
    }

    [Fact]
    public async Task Zstandard_layers_come_back_as_they_went()
    {
        _layout.AddImage("v1", 200_000, 300_000);
        await _skopeo.RunAsync(
            "copy", "--dest-compress-format", "zstd", _layout.Tag("v1"), $"oci:{_sandbox["zstd"]}:v1");

        await _skopeo.PushAsync($"oci:{_sandbox["zstd"]}:v1", _registry.Tag(_repository, "v1"), "--preserve-digests");
        await _skopeo.PullAsync(_registry.Tag(_repository, "v1"), $"oci:{_sandbox["back"]}:v1", "--preserve-digests");

        Hashes.AssertSameTree(_sandbox["zstd/blobs"], _sandbox["back/blobs"]);
    }
}
