using System.Text.Json.Nodes;
using Holdfast.Clients.Tests.Registries;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Skopeo;

/// <summary>Debian's skopeo. Its notes of which blobs were seen where are kept in the sandbox as well.</summary>
public sealed class SkopeoClient
{
    readonly Registry _registry;
    readonly ClientProgram _program;

    public SkopeoClient(Registry registry, Sandbox sandbox)
    {
        (_registry, Sandbox, Files) = (registry, sandbox, new(sandbox));
        _program = new(
            Installed.Skopeo, sandbox, ("_CONTAINERS_ROOTLESS_UID", "1"), ("XDG_DATA_HOME", sandbox.EmptyFolder("home/data")));
    }

    public Sandbox Sandbox { get; }

    public ContainerFiles Files { get; }

    /// <summary>Copies from a local layout or folder into the registry.</summary>
    public Task<ProgramResult> PushAsync(string from, string reference, params string[] options) =>
        RunAsync(["copy", .. To(_registry), .. options, from, $"docker://{reference}"]);

    /// <summary>Copies from the registry to a local layout or folder.</summary>
    public Task<ProgramResult> PullAsync(string reference, string to, params string[] options) =>
        RunAsync(["copy", .. From(_registry), .. options, $"docker://{reference}", to]);

    /// <summary>Copies between registries, each with its own credentials.</summary>
    public Task<ProgramResult> CopyAsync(Registry source, string from, Registry target, string to, params string[] options) =>
        RunAsync(["copy", .. From(source), .. To(target), .. options, $"docker://{from}", $"docker://{to}"]);

    /// <summary>A command on one image, or on one repository, of the registry.</summary>
    public Task<ProgramResult> AskAsync(string command, string reference, params string[] options) =>
        RunAsync([command, .. One(_registry), "--creds", _registry.Credentials, .. options, $"docker://{reference}"]);

    public async Task<string[]> TagsAsync(string repository)
    {
        var answer = await AskAsync("list-tags", $"{_registry.Host}/{repository}");
        return [.. JsonNode.Parse(answer.Text)!["Tags"]!.AsArray().Select(tag => (string)tag!)];
    }

    public async Task<string> DigestAsync(string reference) => (await AskAsync("inspect", reference, "--format", "{{.Digest}}")).Text;

    public Task<ProgramResult> RunAsync(params string[] arguments) => _program.RunAsync(Options(arguments));

    public Task<ProgramResult> RunAsync(byte[] input, params string[] arguments) => _program.RunAsync(input, Options(arguments));

    public Task<ProgramResult> TryAsync(string[] arguments, byte[]? input = null) => _program.TryAsync(Options(arguments), input);

    /// <summary>How a command on one image reaches the registry, without credentials.</summary>
    public string[] One(Registry registry) => ["--tls-verify=" + registry.VerifiesTls, "--cert-dir", Files.CertificatesOf(registry)];

    public string[] From(Registry source) =>
    [
        "--src-tls-verify=" + source.VerifiesTls, "--src-cert-dir", Files.CertificatesOf(source),
        .. source.User.Length > 0 ? ["--src-creds", source.Credentials] : Array.Empty<string>(),
    ];

    public string[] To(Registry target) =>
    [
        "--dest-tls-verify=" + target.VerifiesTls, "--dest-cert-dir", Files.CertificatesOf(target),
        .. target.User.Length > 0 ? ["--dest-creds", target.Credentials] : Array.Empty<string>(),
    ];

    string[] Options(string[] arguments) => ["--policy", Files.Policy, "--registries-conf", Files.Registries, .. arguments];
}
