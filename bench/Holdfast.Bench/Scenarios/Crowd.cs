using Holdfast.Bench.Load;
using Holdfast.Bench.Machine;
using Holdfast.Bench.Results;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Scenarios;

/// <summary>Many clients that stay connected and each send a request now and then.</summary>
public sealed class Crowd : IScenario
{
    const double Share = 0.7;
    static readonly RequestKind[] Kinds = [RequestKind.Head, RequestKind.Get, RequestKind.Put];

    public string Name => "crowd";

    public string Work => "10,000 connections, mixed HEAD/GET/PUT 4 KiB";

    public async Task MeasureAsync(BenchRun run, Row row, CancellationToken ct)
    {
        await using var subject = await run.StartHoldfastAsync(ct);
        using SubjectClient client = new(subject);
        await client.CreateBucketAsync("crowd", ct);
        var objects = await client.SeedAsync("/crowd/read", 1000, GetSmall.Bytes, ct);
        var mix = RequestMix.Create(subject, Kinds, objects, "/crowd/write", writeKeys: 20_000, GetSmall.Bytes);
        using PacedLoad load = new(subject, mix);
        await load.OpenAsync(100, ct);
        await load.RunAsync(null, run.Options.Trial, ct);
        var alone = Resident(subject);

        await load.OpenAsync(run.Options.Crowd, ct);
        await load.RunAsync(run.Options.Crowd / 10.0, TimeSpan.FromSeconds(10), ct);
        var idle = (Resident(subject) - alone) / 1e3 / (run.Options.Crowd - 100);
        var most = await load.RunAsync(null, run.Options.Trial, ct);
        var calm = await load.RunAsync(most.Rate * Share, run.Options.Trial * 3, ct);

        row.Add(
            new("holdfast", "connections", "", [run.Options.Crowd]),
            new("holdfast", "memory of an idle connection", "kB", [idle]),
            new("holdfast", "requests, as many as possible", "requests/s", [most.Rate]),
            new("holdfast", "requests at 70 %", "requests/s", [calm.Rate]));
        foreach (var kind in Kinds)
            row.Add(new Figure("holdfast", $"p99 of {kind} at 70 %", "ms", [calm.Of(kind).Percentile(99).TotalMilliseconds]));
        row.Claims.Add(Claim.AtMost("failed requests" + (load.FirstFailure is { } first ? $" ({first})" : ""), load.Failed, 0));
        row.Claims.Add(Claim.AtMost("p99 of HEAD at 70 %", calm.Of(RequestKind.Head).Percentile(99).TotalMilliseconds, 100, " ms"));
    }

    static long Resident(Subject subject) => ProcessTree.ResidentBytes(subject.Processes.Select(process => process.Id));
}
