using Holdfast.Bench.Load;
using Holdfast.Bench.Results;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Scenarios;

/// <summary>Small objects read at random by a few busy connections.</summary>
public sealed class GetSmall : IScenario
{
    public const int Bytes = 4096;
    const int Objects = 1000;
    const int Connections = 32;

    public string Name => "get4k";

    public string Work => "GET 4 KiB, 32 connections";

    public async Task MeasureAsync(BenchRun run, Row row, CancellationToken ct)
    {
        await using var servers = await run.StartAsync(ct, "nginx", "rados");
        Dictionary<Subject, RequestList> lists = [];
        foreach (var subject in servers.All)
        {
            lists[subject] = await ListAsync(run, subject, ct);
            await Wrk.RunAsync(subject, lists[subject], Connections, run.Options.Trial / 2, 0, ct);
        }

        row.Add(await Trials.AlternateAsync(run, servers.All, "GET 4 KiB", "requests/s", async (subject, _) =>
            (await Wrk.RunAsync(subject, lists[subject], Connections, run.Options.Trial, 0, ct)).Rate, ct));
        row.ClaimRatio("GET 4 KiB", "nginx", 0.3);
        row.ClaimRatio("GET 4 KiB", "rados", 20);
    }

    static async Task<RequestList> ListAsync(BenchRun run, Subject subject, CancellationToken ct)
    {
        using SubjectClient client = new(subject);
        await client.CreateBucketAsync("small", ct);
        var objects = await client.SeedAsync("/small", Objects, Bytes, ct);
        return RequestList.Reads(Path.Combine(run.Options.Work, $"{subject.Name}.get"), subject, objects);
    }
}
