using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Holdfast.Protocol.Errors;
using Holdfast.TestKit;

namespace Holdfast.Core.Tests.Catalog;

/// <summary>A process that writes to an SQLite catalog until it is killed, and says how each write was answered.</summary>
sealed class CrashChild : IDisposable
{
    readonly Process _process;

    /// <summary>Starts it, under <paramref name="wrapper"/> when there is one, on a directory whose database is migrated.</summary>
    public CrashChild(string directory, params string[] wrapper)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Holdfast.Core.Tests");
        var method = $"{typeof(CrashProgram).FullName}.{nameof(CrashProgram.Write_until_killed)}";
        string[] command = [.. wrapper, program, "-method", method, "-explicit", "only"];
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(command[0], command[1..])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                Environment = { [CrashProgram.DirectoryVariable] = directory },
            },
        };
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
    }

    public int Id => _process.Id;

    /// <summary>The ids whose write was answered with success.</summary>
    public ConcurrentQueue<long> Acknowledged { get; } = [];

    public ConcurrentQueue<StoreError> Refused { get; } = [];

    public Task UntilAsync(Func<bool> condition) => Eventually.HoldsAsync(
        () =>
        {
            Assert.False(_process.HasExited, "the child ended by itself");
            return condition();
        },
        "the child's answers");

    /// <summary>SIGKILL. All its answers are noted when this returns.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        _process.Dispose();
    }

    void Note(string? line)
    {
        if (line?.Split(' ') is not [var first, var answer] || !long.TryParse(first, CultureInfo.InvariantCulture, out var id))
        {
            return; // the test runner's own words
        }
        if (answer == "ok")
        {
            Acknowledged.Enqueue(id);
        }
        else
        {
            Refused.Enqueue(Enum.Parse<StoreError>(answer));
        }
    }
}
