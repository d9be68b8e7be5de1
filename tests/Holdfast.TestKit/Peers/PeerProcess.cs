using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Holdfast.TestKit.Peers;

/// <summary>A server program that a test or bench starts and ends, by its pid. What it prints goes to a file, so a talkative one costs the
/// caller nothing.</summary>
public sealed class PeerProcess : IAsyncDisposable
{
    static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);
    const int Sigterm = 15;

    readonly Process _process;

    PeerProcess(Process process, string log, string commandLine) => (_process, Log, CommandLine) = (process, log, commandLine);

    public int Id => _process.Id;

    /// <summary>The file that takes its output and errors.</summary>
    public string Log { get; }

    public string CommandLine { get; }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts it. The variables are added to this process's own.</summary>
    public static PeerProcess Start(
        string program, IEnumerable<string> arguments, string log, params (string Name, string Value)[] variables)
    {
        // The shell opens the log and then becomes the program: the pid is the program's.
        ProcessStartInfo start = new("/bin/sh", ["-c", "exec \"$0\" \"$@\" >>\"$PEER_LOG\" 2>&1 </dev/null", program, .. arguments])
        {
            UseShellExecute = false,
        };
        start.Environment["PEER_LOG"] = log;
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return new(Process.Start(start)!, log, string.Join(' ', [program, .. arguments]));
    }

    /// <summary>Runs a program to its end and answers what it printed.</summary>
    /// <exception cref="InvalidOperationException">It ended with another code than 0.</exception>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken ct)
    {
        ProcessStartInfo start = new(program, [.. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(ct);
        var output = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}{await errors}");
        return output;
    }

    /// <summary>Asks until the condition holds. Ends early, with the log's tail, when the program does or when patience does.</summary>
    public async Task WaitUntilAsync(Func<CancellationToken, Task<bool>> condition, TimeSpan patience, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(patience);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        try
        {
            while (!await condition(deadline.Token))
            {
                if (HasExited)
                    throw new InvalidOperationException($"{CommandLine} ended with {ExitCode} before it was ready: {Tail()}");
                await timer.WaitForNextTickAsync(deadline.Token);
            }
        }
        catch (OperationCanceledException late) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"{CommandLine} was not ready within {patience.TotalSeconds:0} s: {Tail()}", late);
        }
    }

    /// <summary>True as soon as the address answers HTTP, whatever it answers.</summary>
    public static async Task<bool> AnswersAsync(Uri address, CancellationToken ct)
    {
        using HttpClient client = new(new SocketsHttpHandler { UseProxy = false });
        try
        {
            using var answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, ct);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>A loopback TCP port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Asks it to end (SIGTERM); ends it when it has not after 20 s.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited && Signal(_process.Id, Sigterm) == 0)
        {
            using CancellationTokenSource patience = new(StopPatience);
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    string Tail() => File.Exists(Log) ? string.Join('\n', File.ReadLines(Log).TakeLast(20)) : "";

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Signal(int process, int signal);
}
