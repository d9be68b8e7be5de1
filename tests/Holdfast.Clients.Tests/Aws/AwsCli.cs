using System.Text.Json.Nodes;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Aws;

/// <summary>Debian's AWS command line, version 2, pointed at the server.</summary>
public sealed class AwsCli : IDisposable
{
    readonly ClientProgram _program;
    readonly string[] _options;

    public AwsCli(Endpoint server)
    {
        _program = new(Installed.Aws, Sandbox, ("AWS_ACCESS_KEY_ID", server.AccessKey), ("AWS_SECRET_ACCESS_KEY", server.SecretKey),
            ("AWS_DEFAULT_REGION", server.Region), ("AWS_PAGER", ""), ("AWS_MAX_ATTEMPTS", "2"));
        _options = ["--endpoint-url", server.Address, .. server.CaFile is { } ca ? ["--ca-bundle", ca] : Array.Empty<string>()];
    }

    public Sandbox Sandbox { get; } = new();

    public Task<ProgramResult> RunAsync(params string[] arguments) => _program.RunAsync([.. arguments, .. _options]);

    public Task<ProgramResult> RunAsync(byte[] input, params string[] arguments) => _program.RunAsync(input, [.. arguments, .. _options]);

    public Task<ProgramResult> TryAsync(params string[] arguments) => _program.TryAsync([.. arguments, .. _options]);

    /// <summary>An <c>s3api</c> call and its answer; null when it answers nothing.</summary>
    public async Task<JsonNode?> ApiAsync(params string[] arguments)
    {
        var result = await RunAsync(["s3api", .. arguments]);
        return result.Text.Length == 0 ? null : JsonNode.Parse(result.Text);
    }

    public async Task<string> CreateBucketAsync()
    {
        var bucket = Names.Bucket("aws");
        await RunAsync("s3", "mb", $"s3://{bucket}");
        return bucket;
    }

    public void Dispose() => Sandbox.Dispose();
}
