using Holdfast.Bench.Load;
using Holdfast.Bench.Results;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Scenarios;

/// <summary>Reads that move no content must not cost more than those that do. Not with wrk, which waits for the body of a HEAD.</summary>
public sealed class HeadAndConditional : IScenario
{
    const int Objects = 1000;
    const int Connections = 32;

    public string Name => "head4k";

    public string Work => "HEAD and conditional GET (304) beside GET 4 KiB, 32 connections";

    public async Task MeasureAsync(BenchRun run, Row row, CancellationToken ct)
    {
        await using var subject = await run.StartHoldfastAsync(ct);
        using SubjectClient client = new(subject);
        await client.CreateBucketAsync("small", ct);
        var objects = await client.SeedAsync("/small", Objects, GetSmall.Bytes, ct);
        (string What, RequestKind Kind)[] kinds =
        [
            ("GET 4 KiB", RequestKind.Get), ("HEAD", RequestKind.Head), ("304", RequestKind.Unchanged),
        ];
        var loads = kinds.Select(kind => new PacedLoad(subject, RequestMix.Create(subject, [kind.Kind], objects, "", 0, 0))).ToArray();
        var rates = kinds.Select(_ => new List<double>()).ToArray();
        for (var trial = -1; trial < run.Options.Trials; trial++)
        {
            for (var i = 0; i < kinds.Length; i++)
            {
                await loads[i].OpenAsync(Connections, ct);
                var rate = (await loads[i].RunAsync(null, run.Options.Trial, ct)).Rate;
                if (trial >= 0)
                    rates[i].Add(rate);
            }
        }

        row.Add(kinds.Select((kind, i) => new Figure("holdfast", kind.What, "requests/s", rates[i])));
        foreach (var what in (string[])["HEAD", "304"])
            row.Claims.Add(Claim.AtLeast(
                $"{what}, times GET 4 KiB", row.Median("holdfast", what)!.Value / row.Median("holdfast", "GET 4 KiB")!.Value, 1));
        row.Claims.Add(Claim.AtMost("failed requests", loads.Sum(load => load.Failed), 0));
        foreach (var load in loads)
            load.Dispose();
    }
}
