using System.Diagnostics;
using System.Security.Cryptography;
using Holdfast.Bench.Results;

namespace Holdfast.Bench.Scenarios.Registry;

/// <summary>Pushes of small images, each of content that was never stored before: three layers of 4 KiB, a config and a manifest.</summary>
public sealed class SmallImages : IScenario
{
    const int Together = 16;
    const int Layers = 3;

    public string Name => "small-images";

    public string Work => "push of a small image (3 layers of 4 KiB, config, manifest), 16 at once, beside docker-registry";

    public async Task MeasureAsync(BenchRun run, Row row, CancellationToken ct)
    {
        await using var servers = await run.StartAsync(ct, "docker-registry");
        var clients = servers.All.ToDictionary(subject => subject, subject => new RegistryClient(subject));
        foreach (var client in clients.Values)
            await PushAsync(client, "warm", TimeSpan.FromSeconds(2), ct);
        row.Add(await Trials.AlternateAsync(run, servers.All, "pushes", "images/s", (subject, trial) =>
            PushAsync(clients[subject], $"t{trial}", run.Options.Trial, ct), ct));
        row.ClaimRatio("pushes", "docker-registry", 3);
        foreach (var client in clients.Values)
            client.Dispose();
    }

    static async Task<double> PushAsync(RegistryClient client, string name, TimeSpan length, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        var pushed = 0;
        await Task.WhenAll(Enumerable.Range(0, Together).Select(async worker =>
        {
            for (var i = 0; Stopwatch.GetElapsedTime(began) < length; i++)
            {
                byte[][] layers = [.. Enumerable.Range(0, Layers).Select(_ => RandomNumberGenerator.GetBytes(4096))];
                await client.PushImageAsync($"bench/{name}-{worker}", $"v{i}", RandomNumberGenerator.GetBytes(512), layers, ct);
                Interlocked.Increment(ref pushed);
            }
        }));
        return pushed / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
