using Holdfast.Bench.Load;
using Holdfast.Bench.Results;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Scenarios;

/// <summary>Small objects under new keys, each with content that was never stored before, so that nothing is saved by sharing.</summary>
public sealed class PutSmall : IScenario
{
    const int Connections = 64;
    static readonly TimeSpan Probe = TimeSpan.FromSeconds(2);

    public string Name => "put4k";

    public string Work => "PUT 4 KiB, 64 connections, new keys";

    public async Task MeasureAsync(BenchRun run, Row row, CancellationToken ct)
    {
        await using var servers = await run.StartAsync(ct, "nginx", "rados");
        Dictionary<Subject, int> enough = [];
        foreach (var subject in servers.All)
        {
            using SubjectClient client = new(subject);
            await client.CreateBucketAsync("small", ct);
            // The first warms the server up; the second tells how many keys a trial needs.
            await ProbeAsync(run, subject, 20_000, ct);
            enough[subject] = (int)((await ProbeAsync(run, subject, 40_000, ct)).Rate * 2 * run.Options.Trial.TotalSeconds) + 20_000;
        }

        List<double> p99 = [];
        row.Add(await Trials.AlternateAsync(run, servers.All, "PUT 4 KiB", "requests/s", async (subject, trial) =>
        {
            var result = await RunAsync(run, subject, $"/small/t{trial}", enough[subject], run.Options.Trial, ct);
            if (result.Rounds > 0)
                throw new InvalidOperationException($"{enough[subject]} keys were too few for {subject.Name}: some were written twice");
            if (subject.Name == "holdfast")
                p99.Add(result.P99 / 1000.0);
            return result.Rate;
        }, ct));
        row.ClaimRatio("PUT 4 KiB", "nginx", 0.6);
        row.ClaimRatio("PUT 4 KiB", "rados", 5);
        if (p99.Count == 0)
            return;
        row.Add(new Figure("holdfast", "p99 of PUT 4 KiB", "ms", p99));
        row.Claims.Add(Claim.AtMost("p99 of PUT 4 KiB, worst trial", p99.Max(), 100, " ms"));
    }

    static Task<WrkResult> ProbeAsync(BenchRun run, Subject subject, int keys, CancellationToken ct) =>
        RunAsync(run, subject, $"/small/probe{keys}", keys, Probe, ct);

    static async Task<WrkResult> RunAsync(BenchRun run, Subject subject, string prefix, int keys, TimeSpan length, CancellationToken ct)
    {
        using var list = RequestList.Writes(Path.Combine(run.Options.Work, $"{subject.Name}.put"), subject, prefix, keys);
        return await Wrk.RunAsync(subject, list, Connections, length, GetSmall.Bytes, ct);
    }
}
