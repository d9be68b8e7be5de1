using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.S3cmd;

/// <summary>Debian's s3cmd, pointed at the server in path style.</summary>
public sealed class S3cmdClient : IDisposable
{
    readonly ClientProgram _program;

    public S3cmdClient(Endpoint server)
    {
        _program = new(Installed.S3cmd, Sandbox);
        File.WriteAllLines(Path.Combine(Sandbox.Home, ".s3cfg"),
        [
            "[default]",
            $"access_key = {server.AccessKey}",
            $"secret_key = {server.SecretKey}",
            $"host_base = {server.Url.Authority}",
            $"host_bucket = {server.Url.Authority}",
            $"bucket_location = {server.Region}",
            $"use_https = {server.IsHttps}",
            $"ca_certs_file = {server.CaFile}",
            "multipart_chunk_size_mb = 5",
            "max_retries = 1",
        ]);
    }

    public Sandbox Sandbox { get; } = new();

    public Task<ProgramResult> RunAsync(params string[] arguments) => _program.RunAsync(["--no-progress", .. arguments]);

    public Task<ProgramResult> TryAsync(params string[] arguments) => _program.TryAsync(["--no-progress", .. arguments]);

    public async Task<string> CreateBucketAsync()
    {
        var bucket = Names.Bucket("s3cmd");
        await RunAsync("mb", $"s3://{bucket}");
        return bucket;
    }

    public void Dispose() => Sandbox.Dispose();
}
