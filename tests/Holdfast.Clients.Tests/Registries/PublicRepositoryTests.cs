using Holdfast.Clients.Tests.Oras;
using Holdfast.Clients.Tests.Running;
using Holdfast.Clients.Tests.Skopeo;

namespace Holdfast.Clients.Tests.Registries;

/// <summary>What a client without any credentials gets: public repositories, and a readable refusal of all others.</summary>
public sealed class PublicRepositoryTests(ServerUnderTest server) : IDisposable
{
    readonly Sandbox _sandbox = new();
    readonly Registry _registry = server.Registry;
    readonly string _repository = Registry.NewRepository("public");

    public void Dispose() => _sandbox.Dispose();

    Registry Nobody => _registry with { User = "", Password = "" };

    [Fact]
    public async Task Skopeo_pulls_and_lists_a_public_repository_without_credentials()
    {
        var (skopeo, layout, digest) = await PushAsync();
        await server.MakePublicAsync(_repository);

        await skopeo.RunAsync(
            ["copy", .. skopeo.From(Nobody), $"docker://{_registry.Tag(_repository, "v1")}", $"oci:{_sandbox["back"]}:v1"]);
        var tags = await skopeo.RunAsync(["list-tags", .. skopeo.One(_registry), $"docker://{_registry.Host}/{_repository}"]);
        var inspected = await skopeo.RunAsync(
            ["inspect", .. skopeo.One(_registry), "--format", "{{.Digest}}", $"docker://{_registry.Tag(_repository, "v1")}"]);

        layout.AssertSame(_sandbox["back"]);
        tags.Says("\"v1\"");
        Assert.Equal(digest, inspected.Text);
    }

    [Fact]
    public async Task Oras_pulls_a_public_repository_without_a_login()
    {
        OrasClient oras = new(_sandbox);
        _sandbox.RandomFile("thing.bin", 5000);
        await oras.LoginAsync(_registry);
        await oras.PushAsync(_registry, _registry.Tag(_repository, "v1"), "thing.bin");
        await server.MakePublicAsync(_repository);

        await oras.LogoutAsync(_registry);
        await oras.RunAsync(_registry, ["pull", "--no-tty"], "-o", _sandbox["pulled"], _registry.Tag(_repository, "v1"));

        Hashes.AssertSameFile(_sandbox["thing.bin"], _sandbox["pulled/thing.bin"]);
    }

    [Fact]
    public async Task A_public_repository_takes_no_push_without_credentials()
    {
        var (skopeo, layout, digest) = await PushAsync();
        await server.MakePublicAsync(_repository);

        var push = await skopeo.TryAsync(["copy", .. skopeo.To(Nobody), layout.Tag("v1"), $"docker://{_registry.Tag(_repository, "v2")}"]);

        push.Refused("authentication is required");
        Assert.Equal(["v1"], await skopeo.TagsAsync(_repository));
        Assert.Equal(digest, await skopeo.DigestAsync(_registry.Tag(_repository, "v1")));
    }

    [Fact]
    public async Task A_private_repository_is_refused_without_credentials_in_words()
    {
        var (skopeo, _, _) = await PushAsync();
        OrasClient oras = new(_sandbox);
        var reference = _registry.Tag(_repository, "v1");

        var copied = await skopeo.TryAsync(["copy", .. skopeo.From(Nobody), $"docker://{reference}", $"oci:{_sandbox["back"]}:v1"]);
        var pulled = await oras.TryAsync(_registry, ["pull", "--no-tty"], reference);
        var absent = await oras.TryAsync(_registry, ["pull", "--no-tty"], _registry.Tag($"{_repository}/none", "v1"));

        copied.Refused("unauthorized: authentication is required");
        pulled.Refused("unauthorized: authentication is required: no credentials were sent");
        absent.Refused("unauthorized: authentication is required: no credentials were sent");
    }

    [Fact]
    public async Task Another_user_is_denied_a_private_repository_and_given_a_public_one()
    {
        var (skopeo, layout, _) = await PushAsync();
        Assert.SkipWhen(server.Other is null, "The server was named without another user.");
        var other = _registry with { User = server.Other.AccessKey, Password = server.Other.SecretKey };
        string[] pull = ["copy", .. skopeo.From(other), $"docker://{_registry.Tag(_repository, "v1")}", $"oci:{_sandbox["back"]}:v1"];

        var denied = await skopeo.TryAsync(pull);
        await server.MakePublicAsync(_repository);
        await skopeo.RunAsync(pull);

        denied.Refused("denied");
        layout.AssertSame(_sandbox["back"]);
    }

    async Task<(SkopeoClient Skopeo, ImageLayout Layout, string Digest)> PushAsync()
    {
        SkopeoClient skopeo = new(_registry, _sandbox);
        ImageLayout layout = new(_sandbox, "layout");
        var digest = layout.AddImage("v1", 1000, 2000);
        await skopeo.PushAsync(layout.Tag("v1"), _registry.Tag(_repository, "v1"));
        return (skopeo, layout, digest);
    }
}
