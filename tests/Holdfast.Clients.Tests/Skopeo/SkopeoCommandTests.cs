using System.Text;
using System.Text.Json.Nodes;
using Holdfast.Clients.Tests.Registries;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Skopeo;

public sealed class SkopeoCommandTests : IDisposable
{
    readonly Sandbox _sandbox = new();
    readonly Registry _registry;
    readonly SkopeoClient _skopeo;
    readonly ImageLayout _layout;
    readonly string _repository = Registry.NewRepository("skopeo");

    public SkopeoCommandTests(ServerUnderTest server)
    {
        _registry = server.Registry;
        _skopeo = new(_registry, _sandbox);
        _layout = new(_sandbox, "layout");
    }

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task An_image_is_inspected_in_words_and_to_the_byte()
    {
        var digest = _layout.AddImage("v1", 1000, 2000);
        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, "v1"));

        var told = JsonNode.Parse((await _skopeo.AskAsync("inspect", _registry.Tag(_repository, "v1"))).Text)!;
        var raw = await _skopeo.AskAsync("inspect", _registry.Tag(_repository, "v1"), "--raw");
        var config = await _skopeo.AskAsync("inspect", _registry.At(_repository, digest), "--config", "--raw");

        Assert.Equal(digest, (string?)told["Digest"]);
        Assert.Equal("by hand", (string?)told["Labels"]!["made"]);
        Assert.Equal(["v1"], told["RepoTags"]!.AsArray().Select(tag => (string)tag!));
        Assert.Equal(_layout.Read(digest), raw.Output);
        Assert.Equal((string?)JsonNode.Parse(raw.Output)!["config"]!["digest"], $"sha256:{Hashes.Of(config.Output)}");
    }

    [Fact]
    public async Task Tags_are_listed_in_order_and_a_missing_repository_is_not_found()
    {
        _layout.AddImage("v1", 1000);
        foreach (var tag in (string[])["v10", "latest", "v1", "V1", "_under", "1.0-rc.1"])
            await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, tag));

        Assert.Equal(["1.0-rc.1", "V1", "_under", "latest", "v1", "v10"], await _skopeo.TagsAsync(_repository));
        (await _skopeo.TryAsync(
            ["list-tags", .. _skopeo.One(_registry), "--creds", _registry.Credentials, $"docker://{_registry.Host}/{_repository}/none"]))
            .Refused("404 (Not Found)");
    }

    [Fact]
    public async Task A_deleted_image_is_gone_with_its_tags_and_others_stay()
    {
        _layout.AddImage("v1", 1000);
        _layout.AddImage("v2", 2000);
        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, "v1"));
        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, "same"));
        await _skopeo.PushAsync(_layout.Tag("v2"), _registry.Tag(_repository, "v2"));

        await _skopeo.AskAsync("delete", _registry.Tag(_repository, "v1"));
        var gone = await _skopeo.TryAsync(
            ["inspect", .. _skopeo.One(_registry), "--creds", _registry.Credentials, $"docker://{_registry.Tag(_repository, "v1")}"]);

        gone.Refused("manifest unknown");
        Assert.Equal(["v2"], await _skopeo.TagsAsync(_repository));
    }

    [Fact]
    public async Task A_repository_is_synchronised_to_a_folder_and_from_there_to_another_name()
    {
        var (one, two) = (_layout.AddImage("v1", 1000), _layout.AddIndex("v2", "amd64", "arm64"));
        var mirror = Names.Bucket("mirror");
        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, "v1"));
        await _skopeo.PushAsync(_layout.Tag("v2"), _registry.Tag(_repository, "v2"), "--all");

        await _skopeo.RunAsync(
            ["sync", "--all", "--src", "docker", "--dest", "dir", .. _skopeo.From(_registry), $"{_registry.Host}/{_repository}",
                _sandbox["synced"]]);
        await _skopeo.RunAsync(
            ["sync", "--all", "--src", "dir", "--dest", "docker", .. _skopeo.To(_registry), _sandbox["synced"],
                $"{_registry.Host}/{mirror}"]);

        Assert.Equal(["v1", "v2"], await _skopeo.TagsAsync($"{mirror}/app"));
        Assert.Equal(one, await _skopeo.DigestAsync(_registry.Tag($"{mirror}/app", "v1")));
        var index = await _skopeo.AskAsync("inspect", _registry.Tag($"{mirror}/app", "v2"), "--raw");
        Assert.Equal(two, $"sha256:{Hashes.Of(index.Output)}");
    }

    [Fact]
    public async Task A_login_is_kept_used_and_forgotten()
    {
        var digest = _layout.AddImage("v1", 1000);
        await _skopeo.PushAsync(_layout.Tag("v1"), _registry.Tag(_repository, "v1"));
        string[] one = [.. _skopeo.One(_registry), "--authfile", _skopeo.Files.Credentials];
        string[] inspect = ["inspect", .. one, "--format", "{{.Digest}}", $"docker://{_registry.Tag(_repository, "v1")}"];

        var login = await _skopeo.RunAsync(
            Encoding.UTF8.GetBytes(_registry.Password),
            ["login", .. one, "-u", _registry.User, "--password-stdin", _registry.Host]);
        var inspected = await _skopeo.RunAsync(inspect);
        await _skopeo.RunAsync("logout", "--authfile", _skopeo.Files.Credentials, _registry.Host);
        var later = await _skopeo.TryAsync(inspect);

        login.Says("Login Succeeded!");
        Assert.Equal(digest, inspected.Text);
        later.Refused("authentication is required");
    }

    [Fact]
    public async Task A_wrong_password_is_refused_at_the_login_and_at_work()
    {
        _layout.AddImage("v1", 1000);
        string[] one = _skopeo.One(_registry);

        var login = await _skopeo.TryAsync(
            ["login", .. one, "--authfile", _skopeo.Files.Credentials, "-u", _registry.User, "--password-stdin", _registry.Host],
            "wrong"u8.ToArray());
        var push = await _skopeo.TryAsync(
            ["copy", .. _skopeo.To(_registry with { Password = "wrong" }),
                _layout.Tag("v1"), $"docker://{_registry.Tag(_repository, "v1")}"]);

        login.Refused("invalid username/password");
        push.Refused("unauthorized: the user name, access key or secret key is wrong");
    }
}
