using System.Diagnostics;
using System.Text;

namespace Holdfast.Clients.Tests.Running;

/// <summary>Runs one real program, by its full path, with an environment that holds nothing of the caller's: no proxies, no
/// certificate bundles, no profiles, an empty home. What <paramref name="environment"/> names is added.</summary>
public sealed class ClientProgram(string path, Sandbox sandbox, params (string Name, string Value)[] environment)
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    /// <summary>Runs it and asserts that it succeeded.</summary>
    public async Task<ProgramResult> RunAsync(params string[] arguments) => (await TryAsync(arguments)).Succeeded();

    public async Task<ProgramResult> RunAsync(byte[] input, params string[] arguments) => (await TryAsync(arguments, input)).Succeeded();

    /// <summary>Runs it, successful or not; after five minutes it is killed.</summary>
    public async Task<ProgramResult> TryAsync(string[] arguments, byte[]? input = null)
    {
        using CancellationTokenSource deadline = new(Deadline);
        using var process = Process.Start(StartInfo(arguments))!;
        using MemoryStream output = new();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        var errors = process.StandardError.ReadToEndAsync();
        await FeedAsync(process, input);
        var inTime = await EndedInTimeAsync(process, deadline.Token);
        await reading;
        return new(
            $"{path} {string.Join(' ', arguments.Select(Quoted))}", inTime ? process.ExitCode : null, output.ToArray(), await errors);
    }

    ProcessStartInfo StartInfo(string[] arguments)
    {
        ProcessStartInfo start = new(path, arguments)
        {
            WorkingDirectory = sandbox.Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        start.Environment["HOME"] = sandbox.Home;
        start.Environment["TMPDIR"] = sandbox.EmptyFolder("tmp");
        start.Environment["LANG"] = "C.UTF-8";
        start.Environment["TZ"] = "UTC";
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }

    /// <summary>A program that ends without reading its input breaks the pipe; what it said matters, not the pipe.</summary>
    static async Task FeedAsync(Process process, byte[]? input)
    {
        try
        {
            if (input is not null)
                await process.StandardInput.BaseStream.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
        }
    }

    static async Task<bool> EndedInTimeAsync(Process process, CancellationToken deadline)
    {
        try
        {
            await process.WaitForExitAsync(deadline);
            return true;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            return false;
        }
    }

    static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=,".Contains(c)) ? argument : $"'{argument}'";
}
