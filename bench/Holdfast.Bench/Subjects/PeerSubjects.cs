using Holdfast.Protocol.S3.SigV4;
using Holdfast.TestKit.Peers;

namespace Holdfast.Bench.Subjects;

/// <summary>The servers that holdfast is compared with.</summary>
public static class PeerSubjects
{
    /// <summary>Static files and WebDAV: no signatures, no hashing, no syncing.</summary>
    public static async Task<Subject> StartNginxAsync(string folder, CancellationToken ct)
    {
        var server = await NginxServer.StartAsync(folder, ct);
        return new("nginx", server.Address, null, [server.Process], server.DisposeAsync) { Version = await PackageAsync("nginx", ct) };
    }

    public static async Task<Subject> StartRadosAsync(string folder, CancellationToken ct)
    {
        var gateway = await RadosGateway.StartAsync(folder, ct);
        SigV4Signer signer = new(RadosGateway.AccessKey, RadosGateway.SecretKey, "us-east-1");
        return new("rados", gateway.Address, signer, gateway.Processes, gateway.DisposeAsync)
        {
            Version = await PackageAsync("radosgw", ct),
        };
    }

    /// <summary>Debian's docker-registry: anybody may push, nothing is synced.</summary>
    public static async Task<Subject> StartRegistryAsync(CancellationToken ct)
    {
        var registry = await DockerRegistry.StartAsync(ct);
        return new("docker-registry", registry.Address, null, [registry.Process], registry.DisposeAsync)
        {
            Version = await PackageAsync("docker-registry", ct),
        };
    }

    static async Task<string> PackageAsync(string name, CancellationToken ct) =>
        $"{name} {await PeerProcess.RunAsync("/usr/bin/dpkg-query", ["-W", "-f", "${Version}", name], ct)}";
}
