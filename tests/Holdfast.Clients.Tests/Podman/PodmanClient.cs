using System.Text.Json.Nodes;
using Holdfast.Clients.Tests.Registries;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Podman;

/// <summary>Debian's podman with images of its own in the sandbox, copied from layer to layer: no mounts are left behind.</summary>
public sealed class PodmanClient
{
    readonly Registry _registry;
    readonly ClientProgram _program;
    readonly string[] _folders;

    public PodmanClient(Registry registry, Sandbox sandbox)
    {
        (_registry, Files) = (registry, new(sandbox));
        _program = new(
            Installed.Podman, sandbox,
            [("CONTAINERS_CONF", Files.Containers), ("CONTAINERS_REGISTRIES_CONF", Files.Registries),
                .. registry.CaFile is { } ca ? [("SSL_CERT_FILE", ca)] : Array.Empty<(string, string)>()]);
        _folders =
        [
            "--root", sandbox["podman/root"], "--runroot", sandbox["podman/run"], "--tmpdir", sandbox["podman/tmp"],
            "--storage-driver", "vfs",
        ];
    }

    public ContainerFiles Files { get; }

    public Task<ProgramResult> RunAsync(params string[] arguments) => _program.RunAsync([.. _folders, .. arguments]);

    /// <summary>A command that talks to the registry: how it is reached stands behind the command's first words.</summary>
    public Task<ProgramResult> RemoteAsync(string[] command, params string[] arguments) => RunAsync(Remote(command, arguments));

    public Task<ProgramResult> TryRemoteAsync(string[] command, params string[] arguments) =>
        _program.TryAsync([.. _folders, .. Remote(command, arguments)]);

    public Task<ProgramResult> LoginAsync() =>
        RemoteAsync(["login"], "-u", _registry.User, "-p", _registry.Password, _registry.Host);

    /// <summary>The digest of an image that podman has.</summary>
    public async Task<string> DigestAsync(string reference)
    {
        var images = JsonNode.Parse((await RunAsync("image", "inspect", reference)).Text)!.AsArray();
        return (string)images[0]!["Digest"]!;
    }

    string[] Remote(string[] command, string[] arguments) =>
    [
        .. command, "--tls-verify=" + _registry.VerifiesTls, "--authfile", Files.Credentials, "--cert-dir", Files.CertificatesOf(_registry),
        .. arguments,
    ];
}
