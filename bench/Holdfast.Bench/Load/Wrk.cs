using System.Globalization;
using System.Text.Json;
using Holdfast.Bench.Subjects;
using Holdfast.TestKit.Peers;

namespace Holdfast.Bench.Load;

/// <summary>Runs wrk over a list of requests.</summary>
public static class Wrk
{
    static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Load", "replay.lua");
    static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    /// <exception cref="InvalidOperationException">Not every request was answered with 2xx or 3xx: the numbers would mean
    /// nothing.</exception>
    public static async Task<WrkResult> RunAsync(
        Subject subject, RequestList list, int connections, TimeSpan length, int bodyBytes, CancellationToken ct)
    {
        var output = await PeerProcess.RunAsync("/usr/bin/wrk", [
            "--threads", RequestList.Threads.ToString(CultureInfo.InvariantCulture),
            "--connections", connections.ToString(CultureInfo.InvariantCulture),
            "--duration", $"{Math.Max(1, (int)length.TotalSeconds)}s",
            "--timeout", "30s",
            "--script", Script,
            subject.Address.AbsoluteUri,
            "--", list.Path, subject.Address.Authority, bodyBytes.ToString(CultureInfo.InvariantCulture)], ct);
        var line = output.Split('\n').Single(text => text.StartsWith("RESULT ", StringComparison.Ordinal));
        var result = JsonSerializer.Deserialize<WrkResult>(line["RESULT ".Length..], Json)!;
        if (result.Errors > 0 || result.Requests == 0)
            throw new InvalidOperationException($"{subject.Name}: {result.Errors} of {result.Requests} requests failed: {output}");
        return result;
    }
}
