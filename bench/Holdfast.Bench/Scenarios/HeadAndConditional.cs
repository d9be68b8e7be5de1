using Holdfast.Bench.Load;
using Holdfast.Bench.Results;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Scenarios;

/// <summary>Reads that move no content must not cost more than those that do.</summary>
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
        var at = Path.Combine(run.Options.Work, "list");
        (string What, RequestList List)[] kinds =
        [
            ("GET 4 KiB", RequestList.Reads(at + ".get", subject, "GET", objects)),
            ("HEAD", RequestList.Reads(at + ".head", subject, "HEAD", objects)),
            ("304", RequestList.Reads(at + ".304", subject, "GET", objects, conditional: true)),
        ];
        foreach (var (_, list) in kinds)
            await Wrk.RunAsync(subject, list, Connections, run.Options.Trial / 2, 0, ct);
        var rates = kinds.Select(_ => new List<double>()).ToArray();
        for (var trial = 0; trial < run.Options.Trials; trial++)
        {
            for (var i = 0; i < kinds.Length; i++)
                rates[i].Add((await Wrk.RunAsync(subject, kinds[i].List, Connections, run.Options.Trial, 0, ct)).Rate);
        }

        row.Add(kinds.Select((kind, i) => new Figure("holdfast", kind.What, "requests/s", rates[i])));
        foreach (var what in (string[])["HEAD", "304"])
            row.Claims.Add(Claim.AtLeast($"{what}, times GET 4 KiB", row.Median("holdfast", what)!.Value / row.Median("holdfast", "GET 4 KiB")!.Value, 1));
    }
}
