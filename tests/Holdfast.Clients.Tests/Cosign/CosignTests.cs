using System.Text;
using System.Text.Json.Nodes;
using Holdfast.Clients.Tests.Oras;
using Holdfast.Clients.Tests.Registries;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Cosign;

/// <summary>Debian's cosign with key pairs of its own and no transparency log, on artifacts that oras pushed.</summary>
public sealed class CosignTests : IDisposable
{
    readonly Sandbox _sandbox = new();
    readonly Registry _registry;
    readonly OrasClient _oras;
    readonly ClientProgram _program;
    readonly string _repository = Registry.NewRepository("cosign");

    public CosignTests(ServerUnderTest server)
    {
        _registry = server.Registry;
        _oras = new(_sandbox);
        _program = new(Installed.Cosign, _sandbox, ("COSIGN_PASSWORD", "open sesame"), ("COSIGN_EXPERIMENTAL", "1"));
        File.WriteAllText(Path.Combine(_sandbox.EmptyFolder("home/.docker"), "config.json"), _registry.DockerConfiguration());
        File.WriteAllText(_sandbox["predicate.json"], """{"scanned":"yes"}""");
    }

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task A_signature_is_verified_with_its_key_and_with_no_other()
    {
        var image = await PushAsync();
        await KeyPairAsync("k");
        await KeyPairAsync("other");

        await RemoteAsync(["sign", "--yes", "--key", "k.key", "--tlog-upload=false"], image);
        var verified = await RemoteAsync(["verify", "--key", "k.pub", "--insecure-ignore-tlog"], image);
        var other = await TryRemoteAsync(["verify", "--key", "other.pub", "--insecure-ignore-tlog"], image);

        var signed = JsonNode.Parse(verified.Text)![0]!["critical"]!;
        Assert.Equal(image.Split('@')[1], (string?)signed["image"]!["docker-manifest-digest"]);
        Assert.Equal(image.Split('@')[0], (string?)signed["identity"]!["docker-reference"]);
        Assert.Equal(12, other.Refused("no matching signatures").ExitCode);
    }

    [Fact]
    public async Task What_nobody_signed_is_not_verified()
    {
        var image = await PushAsync();
        await KeyPairAsync("k");

        var verified = await TryRemoteAsync(["verify", "--key", "k.pub", "--insecure-ignore-tlog"], image);

        Assert.Equal(10, verified.Refused("no signatures found").ExitCode);
    }

    [Fact]
    public async Task An_attestation_is_verified_and_holds_its_predicate()
    {
        var image = await PushAsync();
        await KeyPairAsync("k");

        await RemoteAsync(
            ["attest", "--yes", "--key", "k.key", "--tlog-upload=false", "--type", "custom", "--predicate", "predicate.json"], image);
        var verified = await RemoteAsync(["verify-attestation", "--key", "k.pub", "--insecure-ignore-tlog", "--type", "custom"], image);

        AssertAttests(verified, image);
    }

    [Fact]
    public async Task A_tree_shows_what_was_signed_and_attested_and_a_cleaning_removes_it()
    {
        var image = await PushAsync();
        await KeyPairAsync("k");
        await RemoteAsync(["sign", "--yes", "--key", "k.key", "--tlog-upload=false"], image);
        await RemoteAsync(
            ["attest", "--yes", "--key", "k.key", "--tlog-upload=false", "--type", "custom", "--predicate", "predicate.json"], image);
        var hex = image.Split("@sha256:")[1];

        var tree = await RemoteAsync(["tree"], image);
        var tags = await _oras.RunAsync(_registry, ["repo", "tags"], $"{_registry.Host}/{_repository}");
        await RemoteAsync(["clean", "--force", "--type", "all"], _registry.Tag(_repository, "v1"));
        var left = await _oras.RunAsync(_registry, ["repo", "tags"], $"{_registry.Host}/{_repository}");

        tree.Says($"sha256-{hex}.sig").Says($"sha256-{hex}.att");
        Assert.Equal([$"sha256-{hex}.att", $"sha256-{hex}.sig", "v1"], tags.Lines);
        Assert.Equal(["v1"], left.Lines);
        (await TryRemoteAsync(["verify", "--key", "k.pub", "--insecure-ignore-tlog"], image)).Refused("no signatures found");
    }

    [Fact]
    public async Task A_signature_kept_as_a_referrer_leaves_no_tag_and_is_verified()
    {
        var image = await PushAsync();
        await KeyPairAsync("k");

        await RemoteAsync(["sign", "--yes", "--key", "k.key", "--tlog-upload=false", "--registry-referrers-mode", "oci-1-1"], image);
        var verified = await RemoteAsync(["verify", "--key", "k.pub", "--insecure-ignore-tlog", "--experimental-oci11"], image);
        var tags = await _oras.RunAsync(_registry, ["repo", "tags"], $"{_registry.Host}/{_repository}");
        var referrer = Assert.Single(await _oras.DiscoverAsync(_registry, image));

        verified.Says(image.Split('@')[1]);
        Assert.Equal(["v1"], tags.Lines);
        Assert.Equal("application/vnd.dev.cosign.artifact.sig.v1+json", (string?)referrer!["artifactType"]);
    }

    [Fact]
    public async Task An_attestation_in_a_bundle_is_a_referrer_and_is_verified()
    {
        var image = await PushAsync();
        await KeyPairAsync("k");
        // Without a root of trust given it would ask a public service for one.
        await _program.RunAsync("trusted-root", "create", "--out", "root.json");

        await RemoteAsync(
            ["attest", "--yes", "--new-bundle-format", "--key", "k.key", "--tlog-upload=false", "--type", "custom", "--predicate",
                "predicate.json"],
            image);
        var verified = await RemoteAsync(
            ["verify-attestation", "--new-bundle-format", "--trusted-root", "root.json", "--key", "k.pub", "--insecure-ignore-tlog",
                "--type", "custom"],
            image);

        AssertAttests(verified, image);
        Assert.Single(await _oras.DiscoverAsync(_registry, image));
    }

    [Fact]
    public async Task A_signed_image_is_copied_with_its_signature()
    {
        var (image, copy) = (await PushAsync(), Registry.NewRepository("cosign"));
        await KeyPairAsync("k");
        await RemoteAsync(["sign", "--yes", "--key", "k.key", "--tlog-upload=false"], image);

        await RemoteAsync(["copy"], _registry.Tag(_repository, "v1"), _registry.Tag(copy, "v1"));
        var verified = await RemoteAsync(
            ["verify", "--key", "k.pub", "--insecure-ignore-tlog"], _registry.At(copy, image.Split('@')[1]));

        verified.Says(image.Split('@')[1]);
    }

    async Task<string> PushAsync()
    {
        _sandbox.RandomFile("thing.bin", 5000);
        await _oras.LoginAsync(_registry);
        return _registry.At(_repository, await _oras.PushAsync(_registry, _registry.Tag(_repository, "v1"), "thing.bin"));
    }

    Task<ProgramResult> KeyPairAsync(string name) => _program.RunAsync("generate-key-pair", "--output-key-prefix", name);

    Task<ProgramResult> RemoteAsync(string[] command, params string[] arguments) =>
        _program.RunAsync([.. command, .. Way, .. arguments]);

    Task<ProgramResult> TryRemoteAsync(string[] command, params string[] arguments) =>
        _program.TryAsync([.. command, .. Way, .. arguments]);

    string[] Way => _registry.CaFile is { } ca ? ["--registry-cacert", ca] : ["--allow-http-registry"];

    static void AssertAttests(ProgramResult verified, string image)
    {
        var envelope = JsonNode.Parse(verified.Text)!;
        var statement = JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String((string)envelope["payload"]!)))!;
        Assert.Equal(image.Split("@sha256:")[1], (string?)statement["subject"]![0]!["digest"]!["sha256"]);
        Assert.Contains("scanned", statement["predicate"]!.ToJsonString(), StringComparison.Ordinal);
    }
}
