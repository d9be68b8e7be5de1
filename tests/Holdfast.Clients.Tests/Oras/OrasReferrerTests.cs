using Holdfast.Clients.Tests.Registries;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Oras;

public sealed class OrasReferrerTests : IDisposable
{
    const string Sbom = "application/vnd.example.sbom";
    const string Signature = "application/vnd.example.signature";

    readonly Sandbox _sandbox = new();
    readonly SecondServer _second;
    readonly Registry _registry;
    readonly OrasClient _oras;
    readonly string _repository = Registry.NewRepository("oras");

    public OrasReferrerTests(ServerUnderTest server, SecondServer second)
    {
        (_registry, _second) = (server.Registry, second);
        _oras = new(_sandbox);
        _sandbox.Tree("", ["thing.bin", "sbom.json", "signature.bin"]);
    }

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task What_is_attached_is_discovered_by_type_and_pulled()
    {
        var thing = _registry.Tag(_repository, "v1");
        await _oras.LoginAsync(_registry);
        await _oras.PushAsync(_registry, thing, "thing.bin");

        var sbom = await _oras.AttachAsync(_registry, thing, Sbom, "sbom.json", "-a", "tool=one");
        var signature = await _oras.AttachAsync(_registry, thing, Signature, "signature.bin");
        var all = await _oras.DiscoverAsync(_registry, thing);
        var sboms = await _oras.DiscoverAsync(_registry, thing, "--artifact-type", Sbom);
        var tags = await _oras.RunAsync(_registry, ["repo", "tags"], $"{_registry.Host}/{_repository}");
        await _oras.RunAsync(_registry, ["pull", "--no-tty"], "-o", _sandbox["pulled"], _registry.At(_repository, sbom));

        Assert.Equal(new[] { sbom, signature }.Order(), all.Select(one => (string)one!["digest"]!).Order());
        Assert.Equal(sbom, (string?)Assert.Single(sboms)!["digest"]);
        Assert.Equal(Sbom, (string?)sboms[0]!["artifactType"]);
        Assert.Equal("one", (string?)sboms[0]!["annotations"]!["tool"]);
        Assert.Equal(["v1"], tags.Lines);
        Hashes.AssertSameFile(_sandbox["sbom.json"], _sandbox["pulled/sbom.json"]);
    }

    [Fact]
    public async Task What_an_old_client_keeps_under_a_tag_is_discovered_too()
    {
        var thing = _registry.Tag(_repository, "v1");
        await _oras.LoginAsync(_registry);
        await _oras.PushAsync(_registry, thing, "thing.bin");

        var sbom = await _oras.AttachAsync(_registry, thing, Sbom, "sbom.json", "--distribution-spec", "v1.1-referrers-tag");

        Assert.Equal(sbom, (string?)Assert.Single(await _oras.DiscoverAsync(_registry, thing))!["digest"]);
    }

    [Fact]
    public async Task A_deleted_referrer_is_discovered_no_more()
    {
        var thing = _registry.Tag(_repository, "v1");
        await _oras.LoginAsync(_registry);
        await _oras.PushAsync(_registry, thing, "thing.bin");
        var sbom = await _oras.AttachAsync(_registry, thing, Sbom, "sbom.json");

        await _oras.RunAsync(_registry, ["manifest", "delete", "--force"], _registry.At(_repository, sbom));

        Assert.Empty(await _oras.DiscoverAsync(_registry, thing));
    }

    [Fact]
    public async Task An_artifact_is_copied_to_another_server_and_back_with_all_that_refers_to_it()
    {
        var (thing, second) = (_registry.Tag(_repository, "v1"), await _second.GetAsync());
        await _oras.LoginAsync(_registry);
        await _oras.LoginAsync(second);
        var digest = await _oras.PushAsync(_registry, thing, "thing.bin");
        var sbom = await _oras.AttachAsync(_registry, thing, Sbom, "sbom.json");
        var signature = await _oras.AttachAsync(_registry, _registry.At(_repository, sbom), Signature, "signature.bin");

        await _oras.CopyAsync(_registry, thing, second, second.Tag(_repository, "v1"));
        await _oras.CopyAsync(second, second.Tag(_repository, "v1"), _registry, _registry.Tag($"{_repository}/back", "v1"));
        var there = await _oras.DiscoverAsync(second, second.Tag(_repository, "v1"));
        var deeper = await _oras.DiscoverAsync(_registry, _registry.At($"{_repository}/back", sbom));
        await _oras.RunAsync(second, ["pull", "--no-tty"], "-o", _sandbox["there"], second.Tag(_repository, "v1"));
        await _oras.RunAsync(_registry, ["pull", "--no-tty"], "-o", _sandbox["back"], _registry.At($"{_repository}/back", signature));

        Assert.Equal(digest, await _oras.ResolveAsync(second, second.Tag(_repository, "v1")));
        Assert.Equal(sbom, (string?)Assert.Single(there)!["digest"]);
        Assert.Equal(signature, (string?)Assert.Single(deeper)!["digest"]);
        Hashes.AssertSameFile(_sandbox["thing.bin"], _sandbox["there/thing.bin"]);
        Hashes.AssertSameFile(_sandbox["signature.bin"], _sandbox["back/signature.bin"]);
    }

    [Fact]
    public async Task A_copy_within_the_server_mounts_what_is_there_already()
    {
        var (thing, copy) = (_registry.Tag(_repository, "v1"), Registry.NewRepository("oras"));
        await _oras.LoginAsync(_registry);
        var digest = await _oras.PushAsync(_registry, thing, "thing.bin", "signature.bin");

        var copied = await _oras.CopyAsync(_registry, thing, _registry, _registry.Tag(copy, "v1"));
        await _oras.RunAsync(_registry, ["pull", "--no-tty"], "-o", _sandbox["pulled"], _registry.Tag(copy, "v1"));

        copied.Says("Mounted");
        Assert.Equal(digest, await _oras.ResolveAsync(_registry, _registry.Tag(copy, "v1")));
        Hashes.AssertSameFile(_sandbox["thing.bin"], _sandbox["pulled/thing.bin"]);
    }
}
