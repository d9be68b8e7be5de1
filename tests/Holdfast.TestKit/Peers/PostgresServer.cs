using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Holdfast.TestKit.Peers;

/// <summary>
/// Debian's PostgreSQL on a loopback port with a data directory of its own. Started on first use, shared by all tests of the process,
/// and stopped with it: a shell waits for the end of its standard input, which comes however this process ends, and then stops the server
/// and removes its files. Nobody waits for that: a hundred databases take longer to remove than a test runner lets a process linger.
/// </summary>
public sealed class PostgresServer
{
    static readonly Lazy<Task<PostgresServer>> Shared = new(() => StartAsync(durable: false));
    static int _databases;

    readonly Process _shell;

    PostgresServer(Process shell, int port)
    {
        _shell = shell;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Why PostgreSQL cannot be started here; null when it can.</summary>
    public static string? Missing => FindBinaries() is null ? "PostgreSQL's server is not installed (apt-get install postgresql)" : null;

    /// <summary>The server that tests without demands of their own share. It does not sync, which none of them notices.</summary>
    public static Task<PostgresServer> GetSharedAsync() => Shared.Value;

    /// <summary>A server of the caller's own, to be stopped, started and mistreated.</summary>
    public static async Task<PostgresServer> StartAsync(bool durable)
    {
        var root = Directory.CreateTempSubdirectory("holdfast-postgres-").FullName;
        var port = FindPort();
        await RunAsync($"{AsPostgres} sh -c '{Binary("initdb")} -D {root}/data -U holdfast -A trust -E UTF8 --locale=C --no-sync'", root);
        var server = new PostgresServer(Launch(root, port, durable), port);
        return await server._shell.StandardOutput.ReadLineAsync() == "ready"
            ? server
            : throw new InvalidOperationException(await File.ReadAllTextAsync(Path.Combine(root, "log")));
    }

    /// <summary>A new, empty database; the connection string that reaches it as its owner.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"t{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}");
        await using var source = NpgsqlDataSource.Create(Address("postgres") + ";Pooling=false");
        await using var command = source.CreateCommand($"CREATE DATABASE {name}");
        await command.ExecuteNonQueryAsync();
        return Address(name);
    }

    /// <summary>Stops the server at once and removes what it stored.</summary>
    public void Stop()
    {
        _shell.StandardInput.Close();
        _shell.WaitForExit();
        _shell.Dispose();
    }

    string Address(string database) => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=holdfast;Database={database};Timeout=15;Command Timeout=30");

    static Process Launch(string root, int port, bool durable)
    {
        var sync = durable ? "on" : "off";
        var options = $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={root} "
            + $"-c fsync={sync} -c full_page_writes={sync} "
            + "-c max_connections=300 -c shared_buffers=64MB -c log_min_messages=fatal";
        var control = $"{Binary("pg_ctl")} -D {root}/data -s -w";
        return Start(
            $"{AsPostgres} sh -c '{control} -l {root}/log -o \"{options}\" start && echo ready && read _; "
            + $"{control} -m immediate stop; rm -rf {root}'",
            root);
    }

    static async Task RunAsync(string command, string root)
    {
        using var process = Start($"exec >{root}/initdb.log 2>&1; {command}", root);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(await File.ReadAllTextAsync(Path.Combine(root, "initdb.log")));
        }
    }

    static Process Start(string command, string root)
    {
        var chown = Environment.UserName == "root" ? $"chown postgres {root} && " : "";
        return Process.Start(new ProcessStartInfo("/bin/sh", ["-c", chown + command])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = root,
        })!;
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    static string AsPostgres =>
        Environment.UserName == "root" ? "exec setpriv --reuid=postgres --regid=postgres --clear-groups" : "exec";

    static string Binary(string name) =>
        Path.Combine(FindBinaries() ?? throw new InvalidOperationException(Missing), name);

    static string? FindBinaries() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(static d => Path.Combine(d, "bin"))
            .Where(static d => File.Exists(Path.Combine(d, "postgres"))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    static int FindPort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
