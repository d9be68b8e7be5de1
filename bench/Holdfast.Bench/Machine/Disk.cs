using System.Diagnostics;
using Holdfast.TestKit.Peers;

namespace Holdfast.Bench.Machine;

/// <summary>The disk under the work folder.</summary>
public static class Disk
{
    /// <summary>Waits until everything written so far is on the disk, so that one measurement does not pay for another.</summary>
    public static Task SettleAsync(string folder, CancellationToken ct) =>
        PeerProcess.RunAsync("/usr/bin/sync", ["--file-system", folder], ct);

    /// <summary>Copies a file with dd and syncs it, then removes the copy; answers how long the copying took.</summary>
    public static async Task<TimeSpan> CopyAsync(string file, string folder, CancellationToken ct)
    {
        var copy = Path.Combine(folder, "dd.out");
        var began = Stopwatch.GetTimestamp();
        await PeerProcess.RunAsync("/usr/bin/dd", [$"if={file}", $"of={copy}", "bs=1M", "conv=fdatasync", "status=none"], ct);
        var elapsed = Stopwatch.GetElapsedTime(began);
        File.Delete(copy);
        return elapsed;
    }

    /// <summary>The 99th percentile, in milliseconds, of writing 4 KiB and having it synced.</summary>
    public static async Task<double> SyncMillisecondsAsync(string folder, int times, CancellationToken ct)
    {
        var path = Path.Combine(folder, "sync.out");
        var block = new byte[4096];
        List<double> took = new(times);
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            for (var i = 0; i < times; i++)
            {
                var began = Stopwatch.GetTimestamp();
                await RandomAccess.WriteAsync(file, block, i * (long)block.Length, ct);
                RandomAccess.FlushToDisk(file);
                took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        File.Delete(path);
        took.Sort();
        return took[(int)(times * 0.99) - 1];
    }
}
