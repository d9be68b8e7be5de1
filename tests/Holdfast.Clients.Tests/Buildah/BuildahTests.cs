using System.Text.Json.Nodes;
using Holdfast.Clients.Tests.Registries;
using Holdfast.Clients.Tests.Running;
using Holdfast.Clients.Tests.Skopeo;

namespace Holdfast.Clients.Tests.Buildah;

public sealed class BuildahTests : IDisposable
{
    readonly Sandbox _sandbox = new();
    readonly Registry _registry;
    readonly SkopeoClient _skopeo;
    readonly ContainerFiles _files;
    readonly ClientProgram _program;
    readonly string _repository = Registry.NewRepository("buildah");

    public BuildahTests(ServerUnderTest server)
    {
        _registry = server.Registry;
        _skopeo = new(_registry, _sandbox);
        _files = new(_sandbox);
        _program = new(
            Installed.Buildah, _sandbox, ("CONTAINERS_CONF", _files.Containers), ("CONTAINERS_REGISTRIES_CONF", _files.Registries));
    }

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [InlineData("oci", "application/vnd.oci.image.manifest.v1+json")]
    [InlineData("v2s2", "application/vnd.docker.distribution.manifest.v2+json")]
    public async Task An_image_made_from_nothing_is_pushed_and_its_file_comes_back(string format, string mediaType)
    {
        var file = _sandbox.RandomFile("payload", 700_000);
        await BuildAsync("w1", "localhost/app:v1", file);
        var reference = _registry.Tag(_repository, format);

        await RemoteAsync(["push"], "--format", format, "--digestfile", _sandbox["digest"], "localhost/app:v1", $"docker://{reference}");
        await RunAsync("rmi", "-a", "-f");
        await RemoteAsync(["pull"], $"docker://{reference}");
        var raw = await _skopeo.AskAsync("inspect", reference, "--raw");

        Assert.Equal($"sha256:{Hashes.Of(raw.Output)}", _sandbox.ReadText("digest"));
        Assert.Equal(mediaType, await MediaTypeAsync(reference));
        Hashes.AssertSameFile(file, Path.Combine(await MountAsync(reference), "payload"));
    }

    [Fact]
    public async Task An_image_built_on_one_in_the_registry_holds_the_files_of_both()
    {
        var (below, above) = (_sandbox.RandomFile("below", 50_000), _sandbox.RandomFile("context/above", 60_000));
        await BuildAsync("w1", "localhost/base:v1", below);
        var (foundation, built) = (_registry.Tag(_repository, "base"), _registry.Tag(_repository, "built"));
        await RemoteAsync(["push"], "localhost/base:v1", $"docker://{foundation}");
        await RunAsync("rmi", "-a", "-f");
        await File.WriteAllTextAsync(
            _sandbox["context/Containerfile"], $"FROM {foundation}\nCOPY above /above\n", TestContext.Current.CancellationToken);

        await RemoteAsync(
            ["bud", "--isolation", "chroot"], "-t", "localhost/built:1", "-f", _sandbox["context/Containerfile"], _sandbox["context"]);
        await RemoteAsync(["push"], "localhost/built:1", $"docker://{built}");
        await RunAsync("rmi", "-a", "-f");
        await RemoteAsync(["pull"], $"docker://{built}");
        var folder = await MountAsync(built);

        Hashes.AssertSameFile(below, Path.Combine(folder, "below"));
        Hashes.AssertSameFile(above, Path.Combine(folder, "above"));
    }

    [Fact]
    public async Task A_list_of_images_is_pushed_with_all_of_them()
    {
        await BuildAsync("w1", "localhost/app:v1", _sandbox.RandomFile("one", 1000));
        await BuildAsync("w2", "localhost/app:v2", _sandbox.RandomFile("two", 2000));
        var list = _registry.Tag(_repository, "list");

        await RunAsync("manifest", "create", "localhost/list:1");
        await RunAsync("manifest", "add", "localhost/list:1", "localhost/app:v1");
        await RunAsync("manifest", "add", "--arch", "arm64", "localhost/list:1", "localhost/app:v2");
        await RemoteAsync(["manifest", "push", "--all"], "localhost/list:1", $"docker://{list}");
        var index = JsonNode.Parse((await _skopeo.AskAsync("inspect", list, "--raw")).Output)!;

        Assert.Equal(2, index["manifests"]!.AsArray().Count);
        foreach (var image in index["manifests"]!.AsArray())
        {
            var raw = await _skopeo.AskAsync("inspect", _registry.At(_repository, (string)image!["digest"]!), "--raw");
            Assert.Equal((string?)image["digest"], $"sha256:{Hashes.Of(raw.Output)}");
        }
    }

    [Fact]
    public async Task A_push_with_a_wrong_password_is_refused()
    {
        await BuildAsync("w1", "localhost/app:v1", _sandbox.RandomFile("one", 1000));

        var push = await _program.TryAsync(
            Command(["push"], _registry with { Password = "wrong" }, "localhost/app:v1", $"docker://{_registry.Tag(_repository, "v1")}"));

        push.Refused("the user name, access key or secret key is wrong");
    }

    async Task BuildAsync(string container, string image, string file)
    {
        await RunAsync("from", "--signature-policy", _files.Policy, "--name", container, "scratch");
        await RunAsync("copy", container, file, $"/{Path.GetFileName(file)}");
        await RunAsync("config", "--label", "made=by buildah", container);
        await RunAsync("commit", "--signature-policy", _files.Policy, "--format", "oci", "--rm", container, image);
    }

    async Task<string> MediaTypeAsync(string reference) =>
        (string)JsonNode.Parse((await _skopeo.AskAsync("inspect", reference, "--raw")).Output)!["mediaType"]!;

    /// <summary>Where a container of the image has its files: with vfs that is a plain folder.</summary>
    async Task<string> MountAsync(string reference)
    {
        var container = (await RunAsync("from", "--signature-policy", _files.Policy, "--pull-never", reference)).Text;
        return (await RunAsync("mount", container)).Text;
    }

    Task<ProgramResult> RemoteAsync(string[] command, params string[] arguments) =>
        _program.RunAsync(Command(command, _registry, arguments));

    Task<ProgramResult> RunAsync(params string[] arguments) => _program.RunAsync([.. Folders, .. arguments]);

    string[] Command(string[] command, Registry registry, params string[] arguments) =>
    [
        .. Folders, .. command, "--signature-policy", _files.Policy, "--tls-verify=" + registry.VerifiesTls,
        "--cert-dir", _files.CertificatesOf(registry), "--creds", registry.Credentials, .. arguments,
    ];

    string[] Folders => ["--root", _sandbox["buildah/root"], "--runroot", _sandbox["buildah/run"], "--storage-driver", "vfs"];
}
