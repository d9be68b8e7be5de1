using System.Security.Cryptography;
using Holdfast.Bench.Load;
using Holdfast.Bench.Results;

namespace Holdfast.Bench.Scenarios.Registry;

/// <summary>What every pull begins with: a manifest looked up by its tag.</summary>
public sealed class ManifestHeads : IScenario
{
    const int Tags = 100;
    const int Connections = 32;

    public string Name => "manifest-head";

    public string Work => "HEAD of a manifest by tag, 32 connections, beside docker-registry";

    public async Task MeasureAsync(BenchRun run, Row row, CancellationToken ct)
    {
        await using var servers = await run.StartAsync(ct, "docker-registry");
        Dictionary<string, PacedLoad> loads = [];
        foreach (var subject in servers.All)
        {
            using RegistryClient client = new(subject);
            var config = "{}"u8.ToArray();
            for (var tag = 0; tag < Tags; tag++)
                await client.PushImageAsync("bench/heads", $"v{tag}", config, [RandomNumberGenerator.GetBytes(100)], ct);
            PacedLoad load = new(
                subject, RequestMix.Heads(subject, Enumerable.Range(0, Tags).Select(tag => $"/v2/bench/heads/manifests/v{tag}")));
            await load.OpenAsync(Connections, ct);
            await load.RunAsync(null, run.Options.Trial, ct);
            loads[subject.Name] = load;
        }

        row.Add(await Trials.AlternateAsync(run, servers.All, "HEAD by tag", "requests/s", async (subject, _) =>
            (await loads[subject.Name].RunAsync(null, run.Options.Trial, ct)).Rate, ct));
        row.ClaimRatio("HEAD by tag", "docker-registry", 5);
        row.Claims.Add(Claim.AtMost("failed requests", loads.Values.Sum(load => load.Failed), 0));
        foreach (var load in loads.Values)
            load.Dispose();
    }
}
