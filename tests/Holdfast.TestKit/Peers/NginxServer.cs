namespace Holdfast.TestKit.Peers;

/// <summary>nginx on a loopback port over a folder of its own: static GET, and PUT and DELETE by WebDAV. It neither hashes nor syncs, so it
/// shows what the machine can do at best.</summary>
public sealed class NginxServer : IAsyncDisposable
{
    const string Program = "/usr/sbin/nginx";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    NginxServer(PeerProcess process, Uri address, string files) => (Process, Address, Files) = (process, address, files);

    public PeerProcess Process { get; }

    public Uri Address { get; }

    /// <summary>What is served: a file here is a resource at its path.</summary>
    public string Files { get; }

    public static bool IsInstalled => File.Exists(Program);

    public static async Task<NginxServer> StartAsync(string folder, CancellationToken ct)
    {
        var port = PeerProcess.FreePort();
        var files = Directory.CreateDirectory(Path.Combine(folder, "files")).FullName;
        var temporary = Directory.CreateDirectory(Path.Combine(folder, "temporary")).FullName;
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, Configuration(port, folder, files, temporary), ct);
        var process = PeerProcess.Start(
            Program, ["-c", configuration, "-e", Path.Combine(folder, "error.log")], Path.Combine(folder, "nginx.log"));
        Uri address = new($"http://127.0.0.1:{port}/");
        try
        {
            await process.WaitUntilAsync(stop => PeerProcess.AnswersAsync(address, stop), Patience, ct);
            return new(process, address, files);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    // The folder is the caller's, so the workers must be too; without root nginx ignores that line. The temporary folder lies beside the
    // files, so that a finished upload is renamed and not copied.
    static string Configuration(int port, string folder, string files, string temporary) => $$"""
        user root root;
        daemon off;
        worker_processes auto;
        worker_rlimit_nofile 20000;
        pid {{folder}}/nginx.pid;
        events { worker_connections 10240; }
        http {
          access_log off;
          sendfile on;
          tcp_nopush on;
          keepalive_requests 1000000000;
          default_type application/octet-stream;
          client_max_body_size 0;
          client_body_temp_path {{temporary}}/body;
          proxy_temp_path {{temporary}}/proxy;
          fastcgi_temp_path {{temporary}}/fastcgi;
          uwsgi_temp_path {{temporary}}/uwsgi;
          scgi_temp_path {{temporary}}/scgi;
          server {
            listen 127.0.0.1:{{port}} backlog=4096;
            root {{files}};
            location / {
              dav_methods PUT DELETE;
              create_full_put_path on;
            }
          }
        }
        """;
}
