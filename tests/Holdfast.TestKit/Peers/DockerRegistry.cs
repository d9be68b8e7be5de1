using Holdfast.TestKit.Server;

namespace Holdfast.TestKit.Peers;

/// <summary>Debian's docker-registry on a loopback port over plain HTTP: anybody may push, pull and delete. It is of 2.8, which knows no
/// referrers: clients keep those under tags.</summary>
public sealed class DockerRegistry : IAsyncDisposable
{
    const string Program = "/usr/bin/docker-registry";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly TestDirectory _folder;

    DockerRegistry(PeerProcess process, Uri address, TestDirectory folder) => (Process, Address, _folder) = (process, address, folder);

    public PeerProcess Process { get; }

    public Uri Address { get; }

    /// <summary>How image references name it: <c>127.0.0.1:PORT</c>.</summary>
    public string Host => Address.Authority;

    public static bool IsInstalled => File.Exists(Program);

    public static async Task<DockerRegistry> StartAsync(CancellationToken ct)
    {
        TestDirectory folder = new();
        PeerProcess? process = null;
        try
        {
            var port = PeerProcess.FreePort();
            var configuration = folder.File("registry.yml");
            await File.WriteAllTextAsync(configuration, Configuration(port, folder.File("storage")), ct);
            process = PeerProcess.Start(Program, ["serve", configuration], folder.File("registry.log"));
            Uri address = new($"http://127.0.0.1:{port}/");
            await process.WaitUntilAsync(stop => PeerProcess.AnswersAsync(new(address, "v2/"), stop), Patience, ct);
            return new(process, address, folder);
        }
        catch
        {
            if (process is not null)
                await process.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Stops it and removes what it stored.</summary>
    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _folder.Dispose();
    }

    static string Configuration(int port, string storage) => $"""
        version: 0.1
        log:
          level: warn
          accesslog:
            disabled: true
        storage:
          filesystem:
            rootdirectory: {storage}
          delete:
            enabled: true
        http:
          addr: 127.0.0.1:{port}

        """;
}
