using System.Text.Json.Nodes;
using Holdfast.Clients.Tests.Registries;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Oras;

/// <summary>Debian's oras, its logins kept in the sandbox. Files are named from the sandbox's folder, as users do.</summary>
public sealed class OrasClient(Sandbox sandbox)
{
    readonly ClientProgram _program = new(Installed.Oras, sandbox);

    public Task<ProgramResult> LoginAsync(Registry registry) => RunAsync(registry, ["login"], Login(registry));

    public Task<ProgramResult> TryLoginAsync(Registry registry) => TryAsync(registry, ["login"], Login(registry));

    public Task<ProgramResult> LogoutAsync(Registry registry) =>
        _program.RunAsync("logout", "--registry-config", Logins, registry.Host);

    /// <summary>Runs a command with how the registry is reached behind its first words.</summary>
    public Task<ProgramResult> RunAsync(Registry registry, string[] command, params string[] arguments) =>
        _program.RunAsync([.. command, .. Way(registry, ""), "--registry-config", Logins, .. arguments]);

    public Task<ProgramResult> TryAsync(Registry registry, string[] command, params string[] arguments) =>
        _program.TryAsync([.. command, .. Way(registry, ""), "--registry-config", Logins, .. arguments]);

    /// <summary>Pushes files of the sandbox as an artifact and answers its digest.</summary>
    public async Task<string> PushAsync(Registry registry, string reference, params string[] arguments)
    {
        var pushed = await RunAsync(
            registry, ["push", "--no-tty", "--format", "json", "--artifact-type", "application/vnd.example.thing"],
            [reference, .. arguments]);
        return (string)JsonNode.Parse(pushed.Text)!["digest"]!;
    }

    /// <summary>Attaches a file to an artifact and answers the digest of what now refers to it.</summary>
    public async Task<string> AttachAsync(Registry registry, string reference, string type, string file, params string[] options)
    {
        var attached = await RunAsync(
            registry, ["attach", "--no-tty", "--format", "json"], ["--artifact-type", type, .. options, reference, file]);
        return (string)JsonNode.Parse(attached.Text)!["digest"]!;
    }

    /// <summary>What refers to an artifact, as the referrers API says.</summary>
    public async Task<JsonArray> DiscoverAsync(Registry registry, string reference, params string[] options)
    {
        var found = await RunAsync(
            registry, ["discover", "--distribution-spec", "v1.1-referrers-api", "--format", "json"], [.. options, reference]);
        return JsonNode.Parse(found.Text)!["manifests"]!.AsArray();
    }

    public async Task<string> ResolveAsync(Registry registry, string reference) => (await RunAsync(registry, ["resolve"], reference)).Text;

    /// <summary>Copies an artifact and all that refers to it.</summary>
    public Task<ProgramResult> CopyAsync(Registry source, string from, Registry target, string to) => _program.RunAsync(
        ["cp", "-r", "--no-tty", .. Way(source, "from-"), .. Way(target, "to-"), "--from-registry-config", Logins,
            "--to-registry-config", Logins, from, to]);

    string Logins => sandbox["oras.json"];

    static string[] Login(Registry registry) => ["-u", registry.User, "-p", registry.Password, registry.Host];

    static string[] Way(Registry registry, string side) =>
        registry.CaFile is { } ca ? [$"--{side}ca-file", ca] : [$"--{side}plain-http"];
}
