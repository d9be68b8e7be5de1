using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Rclone;

/// <summary>Debian's rclone with the remote <c>h:</c>, of the provider “Other”: no quirk but path style.</summary>
public sealed class RcloneClient : IDisposable
{
    readonly ClientProgram _program;
    readonly string[] _options;

    public RcloneClient(Endpoint server)
    {
        _program = new(Installed.Rclone, Sandbox,
            ("RCLONE_CONFIG_H_TYPE", "s3"), ("RCLONE_CONFIG_H_PROVIDER", "Other"), ("RCLONE_CONFIG_H_ENDPOINT", server.Address),
            ("RCLONE_CONFIG_H_ACCESS_KEY_ID", server.AccessKey), ("RCLONE_CONFIG_H_SECRET_ACCESS_KEY", server.SecretKey),
            ("RCLONE_CONFIG_H_REGION", server.Region));
        _options =
        [
            "--config", "", "--retries", "1", "--low-level-retries", "2", "--s3-upload-cutoff", "5M", "--s3-chunk-size", "5M",
            .. server.CaFile is { } ca ? ["--ca-cert", ca] : Array.Empty<string>(),
        ];
    }

    public Sandbox Sandbox { get; } = new();

    public Task<ProgramResult> RunAsync(params string[] arguments) => _program.RunAsync([.. arguments, .. _options]);

    public Task<ProgramResult> RunAsync(byte[] input, params string[] arguments) => _program.RunAsync(input, [.. arguments, .. _options]);

    public Task<ProgramResult> TryAsync(params string[] arguments) => _program.TryAsync([.. arguments, .. _options]);

    public async Task<string> CreateBucketAsync()
    {
        var bucket = Names.Bucket("rclone");
        await RunAsync("mkdir", $"h:{bucket}");
        return bucket;
    }

    public void Dispose() => Sandbox.Dispose();
}
