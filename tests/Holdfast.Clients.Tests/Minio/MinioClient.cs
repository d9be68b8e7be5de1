using System.Text.Json.Nodes;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Minio;

/// <summary>Debian's MinIO client with the alias <c>h</c>. It finds certificate authorities only in its own folder.</summary>
public sealed class MinioClient : IDisposable
{
    readonly ClientProgram _program;
    readonly string _settings;

    public MinioClient(Endpoint server)
    {
        _settings = Sandbox.EmptyFolder("home/.mc");
        if (server.CaFile is { } ca)
            File.Copy(ca, Path.Combine(Directory.CreateDirectory(Path.Combine(_settings, "certs/CAs")).FullName, "server.crt"));
        _program = new(Installed.MinioClient, Sandbox,
            ("MC_HOST_h", $"{server.Url.Scheme}://{server.AccessKey}:{Uri.EscapeDataString(server.SecretKey)}@{server.Url.Authority}"));
    }

    public Sandbox Sandbox { get; } = new();

    public Task<ProgramResult> RunAsync(params string[] arguments) => _program.RunAsync(Options(arguments));

    public Task<ProgramResult> RunAsync(byte[] input, params string[] arguments) => _program.RunAsync(input, Options(arguments));

    public Task<ProgramResult> TryAsync(params string[] arguments) => _program.TryAsync(Options(arguments));

    /// <summary>One JSON document per line of output.</summary>
    public async Task<JsonNode[]> JsonAsync(params string[] arguments) =>
        [.. (await RunAsync(["--json", .. arguments])).Lines.Select(line => JsonNode.Parse(line)!)];

    public async Task<string> CreateBucketAsync()
    {
        var bucket = Names.Bucket("mc");
        await RunAsync("mb", $"h/{bucket}");
        return bucket;
    }

    public void Dispose() => Sandbox.Dispose();

    string[] Options(string[] arguments) => ["--config-dir", _settings, "--quiet", "--no-color", "--disable-pager", .. arguments];
}
