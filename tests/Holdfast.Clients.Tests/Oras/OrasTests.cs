using Holdfast.Clients.Tests.Registries;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Oras;

public sealed class OrasTests : IDisposable
{
    readonly Sandbox _sandbox = new();
    readonly Registry _registry;
    readonly OrasClient _oras;
    readonly string _repository = Registry.NewRepository("oras");

    public OrasTests(ServerUnderTest server)
    {
        _registry = server.Registry;
        _oras = new(_sandbox);
    }

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task Files_come_back_as_they_went_under_every_tag()
    {
        _sandbox.Tree("", ["empty.bin", "small.txt", "folder/large.bin"]);
        File.WriteAllBytes(_sandbox["empty.bin"], []);
        _sandbox.RandomFile("folder/large.bin", 12 * 1024 * 1024);
        await _oras.LoginAsync(_registry);

        var digest = await _oras.PushAsync(
            _registry, _registry.Tag(_repository, "v1,latest"), "empty.bin", "small.txt:text/plain", "folder/large.bin");
        await _oras.RunAsync(_registry, ["pull", "--no-tty"], "-o", _sandbox["pulled"], _registry.Tag(_repository, "latest"));

        Assert.Equal(digest, await _oras.ResolveAsync(_registry, _registry.Tag(_repository, "v1")));
        foreach (var file in (string[])["empty.bin", "small.txt", "folder/large.bin"])
            Hashes.AssertSameFile(_sandbox[file], _sandbox[$"pulled/{file}"]);
    }

    [Fact]
    public async Task A_folder_is_packed_on_the_way_up_and_unpacked_on_the_way_down()
    {
        _sandbox.Tree("files", Names.Odd);
        await _oras.LoginAsync(_registry);

        await _oras.PushAsync(_registry, _registry.Tag(_repository, "v1"), "files");
        await _oras.RunAsync(_registry, ["pull", "--no-tty"], "-o", _sandbox["pulled"], _registry.Tag(_repository, "v1"));

        Hashes.AssertSameTree(_sandbox["files"], _sandbox["pulled/files"]);
    }

    [Fact]
    public async Task A_manifest_is_fetched_pushed_again_and_deleted()
    {
        _sandbox.RandomFile("one.bin", 1000);
        await _oras.LoginAsync(_registry);
        var digest = await _oras.PushAsync(_registry, _registry.Tag(_repository, "v1"), "one.bin");

        var fetched = await _oras.RunAsync(_registry, ["manifest", "fetch"], _registry.Tag(_repository, "v1"));
        var descriptor = await _oras.RunAsync(_registry, ["manifest", "fetch", "--descriptor"], _registry.At(_repository, digest));
        await File.WriteAllBytesAsync(_sandbox["manifest.json"], fetched.Output, TestContext.Current.CancellationToken);
        await _oras.RunAsync(_registry, ["manifest", "push"], _registry.Tag(_repository, "v2"), "manifest.json");
        var again = await _oras.ResolveAsync(_registry, _registry.Tag(_repository, "v2"));
        await _oras.RunAsync(_registry, ["manifest", "delete", "--force"], _registry.At(_repository, digest));

        Assert.Equal(digest, $"sha256:{Hashes.Of(fetched.Output)}");
        descriptor.Says(digest).Says($"\"size\":{fetched.Output.Length}");
        Assert.Equal(digest, again);
        (await _oras.TryAsync(_registry, ["resolve"], _registry.Tag(_repository, "v2"))).Refused("not found");
    }

    [Fact]
    public async Task A_blob_is_pushed_fetched_described_and_deleted()
    {
        var file = _sandbox.RandomFile("blob.bin", 3_000_000);
        var blob = _registry.At(_repository, $"sha256:{Hashes.OfFile(file)}");
        await _oras.LoginAsync(_registry);

        await _oras.RunAsync(_registry, ["blob", "push", "--no-tty"], $"{_registry.Host}/{_repository}", "blob.bin");
        await _oras.RunAsync(_registry, ["blob", "fetch", "--no-tty"], "-o", _sandbox["down.bin"], blob);
        var descriptor = await _oras.RunAsync(_registry, ["blob", "fetch", "--descriptor"], blob);
        await _oras.RunAsync(_registry, ["blob", "delete", "--force"], blob);

        Hashes.AssertSameFile(file, _sandbox["down.bin"]);
        descriptor.Says("\"size\":3000000");
        (await _oras.TryAsync(_registry, ["blob", "fetch", "--no-tty"], "-o", _sandbox["gone"], blob)).Refused("not found");
    }

    [Fact]
    public async Task Tags_are_set_moved_and_listed_with_the_repository()
    {
        _sandbox.Tree("", ["one.bin", "two.bin"]);
        await _oras.LoginAsync(_registry);
        var one = await _oras.PushAsync(_registry, _registry.Tag(_repository, "v1"), "one.bin");
        var two = await _oras.PushAsync(_registry, _registry.Tag(_repository, "v2"), "two.bin");

        await _oras.RunAsync(_registry, ["tag"], _registry.Tag(_repository, "v1"), "stable", "latest");
        await _oras.RunAsync(_registry, ["tag"], _registry.Tag(_repository, "v2"), "latest");
        var tags = await _oras.RunAsync(_registry, ["repo", "tags"], $"{_registry.Host}/{_repository}");
        var repositories = await _oras.RunAsync(_registry, ["repo", "ls"], $"{_registry.Host}/{_repository.Split('/')[0]}");

        Assert.Equal(["latest", "stable", "v1", "v2"], tags.Lines);
        Assert.Equal(["app"], repositories.Lines);
        Assert.Equal(one, await _oras.ResolveAsync(_registry, _registry.Tag(_repository, "stable")));
        Assert.Equal(two, await _oras.ResolveAsync(_registry, _registry.Tag(_repository, "latest")));
    }

    [Fact]
    public async Task Pushes_of_the_same_blobs_at_once_all_succeed()
    {
        _sandbox.RandomFile("one.bin", 2_000_000);
        await _oras.LoginAsync(_registry);

        var digests = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => _oras.PushAsync(
            _registry, _registry.Tag(_repository, $"v{i}"), "-a", "org.opencontainers.image.created=2026-01-01T00:00:00Z", "one.bin")));
        var tags = await _oras.RunAsync(_registry, ["repo", "tags"], $"{_registry.Host}/{_repository}");
        await _oras.RunAsync(_registry, ["pull", "--no-tty"], "-o", _sandbox["pulled"], _registry.Tag(_repository, "v3"));

        Assert.Single(digests.Distinct());
        Assert.Equal(["v0", "v1", "v2", "v3", "v4", "v5"], tags.Lines);
        Hashes.AssertSameFile(_sandbox["one.bin"], _sandbox["pulled/one.bin"]);
    }

    [Fact]
    public async Task A_wrong_password_and_a_missing_artifact_are_told_apart()
    {
        await _oras.LoginAsync(_registry);

        (await _oras.TryLoginAsync(_registry with { Password = "wrong" })).Refused("the user name, access key or secret key is wrong");
        (await _oras.TryAsync(_registry, ["pull", "--no-tty"], _registry.Tag(_repository, "v1"))).Refused("not found");
    }
}
