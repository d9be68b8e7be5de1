using System.Diagnostics;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Python;

/// <summary>boto3, Debian's and any newer one the machine has: their scenarios and assertions are the program in <c>py/</c>.</summary>
public sealed class BotoTests(ServerUnderTest server) : IDisposable
{
    readonly Sandbox _sandbox = new();

    public static TheoryData<string> Scenarios =>
        ["buckets", "objects", "ranges", "transfer", "copy", "presigned", "versions", "tags", "checksums", "conditions", "many"];

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [MemberData(nameof(Scenarios))]
    public Task The_boto3_of_Debian_plays(string scenario) => PlayAsync(Installed.Python, scenario);

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task A_newer_boto3_plays(string scenario)
    {
        var python = await FindNewerAsync();
        Assert.SkipWhen(python is null, "No Python with a boto3 newer than Debian's is on the PATH: only Debian's was tested.");

        await PlayAsync(python!, scenario);
    }

    async Task PlayAsync(string python, string scenario)
    {
        ClientProgram program = new(python, _sandbox, [.. Scenario.Environment(server.Endpoint), ("PYTHONDONTWRITEBYTECODE", "1")]);

        var result = await program.RunAsync("-W", "ignore", Path.Combine(Installed.PyFolder, "scenarios.py"), scenario);

        result.Says($"done: {scenario}");
    }

    /// <summary>The interpreter behind the first python3 on the PATH that is not Debian's and has boto3; null when there is none.</summary>
    static async Task<string?> FindNewerAsync()
    {
        foreach (var launcher in Installed.FindAllOnPath("python3"))
        {
            if (await InterpreterAsync(launcher) is { } path && path != Installed.Python)
                return path;
        }
        return null;
    }

    /// <summary>A launcher may need the caller's environment to find its interpreter, so it is asked in that.</summary>
    static async Task<string?> InterpreterAsync(string launcher)
    {
        ProcessStartInfo ask = new(launcher, ["-c", "import boto3, sys; print(sys.executable)"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(ask)!;
        var errors = process.StandardError.ReadToEndAsync();
        var path = (await process.StandardOutput.ReadToEndAsync()).Trim();
        await errors;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? path : null;
    }
}
