using System.Diagnostics;
using Holdfast.TestKit.Peers;

namespace Holdfast.Bench.Load;

/// <summary>Moves large objects with curl, which costs the machine little.</summary>
public static class Curl
{
    /// <summary>Downloads all of them at once; answers how long it took.</summary>
    public static Task<TimeSpan> DownloadAsync(IReadOnlyCollection<string> urls, CancellationToken ct) =>
        TimeAsync(urls.Select(url => PeerProcess.RunAsync("/usr/bin/curl", [.. Common, "--output", "/dev/null", url], ct)));

    public static Task<TimeSpan> UploadAsync(string file, string url, CancellationToken ct, params string[] options) =>
        TimeAsync([PeerProcess.RunAsync("/usr/bin/curl", [.. Common, .. options, "--upload-file", file, url], ct)]);

    public static Task<TimeSpan> DownloadAsync(string url, CancellationToken ct, params string[] options) =>
        TimeAsync([PeerProcess.RunAsync("/usr/bin/curl", [.. Common, .. options, "--output", "/dev/null", url], ct)]);

    static readonly string[] Common = ["--silent", "--show-error", "--fail", "--noproxy", "*"];

    static async Task<TimeSpan> TimeAsync(IEnumerable<Task<string>> runs)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(runs);
        return Stopwatch.GetElapsedTime(began);
    }
}
