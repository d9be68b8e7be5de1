using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Holdfast.TestKit.Server;

/// <summary>
/// A <c>holdfastd</c> in a process of its own: the built one beside the tests, or the one that <c>HOLDFAST_TEST_DAEMON</c> names.
/// Ended when disposed.
/// </summary>
public sealed class HoldfastProcess : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    const string ReadyLine = "holdfastd is ready at ";
    const int Sigterm = 15;
    const string Strace = "/usr/bin/strace";

    readonly Process _process;
    readonly ConcurrentQueue<string> _output = new();
    readonly ConcurrentQueue<string> _errors = new();
    readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    HoldfastProcess(ProcessStartInfo info)
    {
        _process = new Process { StartInfo = info, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => TakeOutput(line.Data);
        _process.ErrorDataReceived += (_, line) => TakeError(line.Data);
        _process.Exited += (_, _) =>
            _ready.TrySetException(new InvalidOperationException($"holdfastd ended before it was ready: {Errors}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Whether this machine can make a server's system calls fail.</summary>
    public static bool CanBeFaulty => File.Exists(Strace);

    public int Id => _process.Id;

    /// <summary>The address of the http listener. Set once the server is ready.</summary>
    public Uri BaseAddress { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Everything it wrote to standard output so far.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Everything it wrote to standard error so far.</summary>
    public string Errors => string.Join('\n', _errors);

    /// <summary>Starts a server and waits until it says that it is ready.</summary>
    /// <param name="environment">
    /// Added to this process's variables; those beginning with <c>HOLDFAST_</c> are not passed on otherwise.
    /// </param>
    public static Task<HoldfastProcess> StartAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        UntilReadyAsync(Launch(arguments, environment));

    /// <summary>Starts a server some of whose system calls fail, and waits until it says that it is ready.</summary>
    /// <param name="faults">In the words of strace, without <c>inject=</c>; each thread's calls are counted apart.</param>
    public static Task<HoldfastProcess> StartFaultyAsync(
        IEnumerable<string> faults, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        // The tracer is a grandchild (-D): the process that is started, killed and awaited is the server's own.
        string[] tracer =
        [
            Strace, "-D", "-f", "-qqq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=pwrite64,pwritev,fdatasync,fsync,rename",
        ];
        return UntilReadyAsync(
            Launch(arguments, environment, [.. tracer, .. faults.SelectMany(fault => new[] { "-e", $"inject={fault}" })]));
    }

    static async Task<HoldfastProcess> UntilReadyAsync(HoldfastProcess server)
    {
        try
        {
            server.BaseAddress = ServerFixture.Reachable(new Uri(await server._ready.Task.WaitAsync(Patience)));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Starts a server whose standard output takes nothing (<c>&gt;/dev/full</c>), and waits until it has written its address.
    /// </summary>
    /// <param name="redirection">In the words of the shell.</param>
    public static async Task<HoldfastProcess> StartMuteAsync(string data, string redirection)
    {
        var (program, first) = Program();
        var info = NewInfo("/bin/sh");
        foreach (var argument in (string[])
            ["-c", $"exec \"$0\" \"$@\" {redirection}", program, .. first, "--data", data, "--http", "127.0.0.1:0"])
            info.ArgumentList.Add(argument);
        var server = new HoldfastProcess(info);
        try
        {
            var address = Path.Combine(data, "address");
            await Eventually.HoldsAsync(
                () => server._process.HasExited || (File.Exists(address) && File.ReadAllText(address).Length > 0), "an address");
            server.BaseAddress = new Uri((await File.ReadAllTextAsync(address)).Trim());
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var run = Launch(arguments, environment);
        var code = await run.WaitForExitAsync();
        return (code, run.Output, run.Errors);
    }

    /// <summary>Ends it at once, as a power failure would for what it had not yet given to the kernel.</summary>
    public async Task Kill9Async()
    {
        _process.Kill();
        await WaitForExitAsync();
    }

    /// <summary>Asks it to stop (SIGTERM) and waits for its exit code.</summary>
    public Task<int> TerminateAsync()
    {
        BeginTerminate();
        return WaitForExitAsync();
    }

    /// <summary>Asks it to stop (SIGTERM) and returns at once.</summary>
    public void BeginTerminate()
    {
        if (Signal(_process.Id, Sigterm) != 0)
            throw new InvalidOperationException($"process {_process.Id} takes no signal: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    public async Task<int> WaitForExitAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _ready.TrySetCanceled();
        if (!_process.HasExited)
        {
            _process.Kill();
            await WaitForExitAsync();
        }

        _process.Dispose();
    }

    static HoldfastProcess Launch(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, params IReadOnlyList<string> tracer)
    {
        var (program, first) = Program();
        string[] words = [.. tracer, program, .. first, .. arguments];
        var info = NewInfo(words[0]);
        foreach (var argument in words[1..])
            info.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            info.Environment[name] = value;
        return new HoldfastProcess(info);
    }

    /// <summary>What to run, and its first arguments.</summary>
    static (string Name, string[] Arguments) Program() => Environment.GetEnvironmentVariable("HOLDFAST_TEST_DAEMON") is { } binary
        ? (binary, [])
        : ("dotnet", [Path.Combine(AppContext.BaseDirectory, "holdfastd.dll")]);

    static ProcessStartInfo NewInfo(string program)
    {
        var info = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("HOLDFAST_", StringComparison.Ordinal)).ToList())
            info.Environment.Remove(name);
        return info;
    }

    void TakeOutput(string? line)
    {
        if (line is null)
            return;
        _output.Enqueue(line);
        if (line.StartsWith(ReadyLine, StringComparison.Ordinal))
            _ready.TrySetResult(line[ReadyLine.Length..].Split(',', ' ')[0]);
    }

    void TakeError(string? line)
    {
        if (line is not null)
            _errors.Enqueue(line);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Signal(int process, int signal);
}
