using System.Diagnostics;
using System.Text;
using Holdfast.Protocol.S3.SigV4;
using Holdfast.TestKit.Peers;

namespace Holdfast.Bench.Subjects;

/// <summary>holdfastd as it ships: nothing is set but where it listens, where it keeps its data and the root credentials.</summary>
public static class HoldfastSubject
{
    const string AccessKey = "holdfast-bench";
    const string SecretKey = "holdfast-bench-secret-key";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<Subject> StartAsync(string program, string folder, string? data, CancellationToken ct)
    {
        if (!File.Exists(program))
            throw new FileNotFoundException($"{program} is not there: run make build.");
        var port = PeerProcess.FreePort();
        var log = Path.Combine(folder, "holdfastd.log");
        var began = Stopwatch.GetTimestamp();
        var process = PeerProcess.Start(
            program,
            ["serve", "--data", data ?? Path.Combine(folder, "data"), "--http", $"127.0.0.1:{port}", "--grpc", "127.0.0.1:0"],
            log,
            ("HOLDFAST_ROOT_ACCESS_KEY", AccessKey),
            ("HOLDFAST_ROOT_SECRET_KEY", SecretKey));
        try
        {
            await process.WaitUntilAsync(_ => Task.FromResult(SaysReady(log)), Patience, ct);
            var readyAfter = Stopwatch.GetElapsedTime(began);
            var version = (await PeerProcess.RunAsync(program, ["version"], ct)).Trim();
            Uri address = new($"http://127.0.0.1:{port}/");
            return new("holdfast", address, new SigV4Signer(AccessKey, SecretKey, "us-east-1"), [process], process.DisposeAsync)
            {
                Version = version,
                Authorization = "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{AccessKey}:{SecretKey}")),
                ReadyAfter = readyAfter,
            };
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    static bool SaysReady(string log) =>
        File.Exists(log) && File.ReadLines(log).Any(line => line.StartsWith("holdfastd is ready", StringComparison.Ordinal));
}
