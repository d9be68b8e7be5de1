using System.Diagnostics;
using Holdfast.Bench.Load;
using Holdfast.Bench.Machine;
using Holdfast.Bench.Results;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Scenarios;

/// <summary>
/// Resident memory early and late in a long mixed load: reads, heads and writes of 4 KiB, a listing and a 16 MiB upload a second.
/// </summary>
public sealed class SteadyMemory : IScenario
{
    const int Connections = 64;
    const double Rate = 1500;
    static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    static readonly TimeSpan Brief = TimeSpan.FromSeconds(30);

    public string Name => "steady";

    public string Work => "memory at minute 10 of mixed load, times minute 3";

    public async Task MeasureAsync(BenchRun run, Row row, CancellationToken ct)
    {
        var length = run.Options.Quick ? Brief : Long;
        await using var subject = await run.StartHoldfastAsync(ct);
        using SubjectClient client = new(subject);
        await client.CreateBucketAsync("steady", ct);
        var objects = await client.SeedAsync("/steady/read", 1000, GetSmall.Bytes, ct);
        var mix = RequestMix.Create(
            subject, [RequestKind.Head, RequestKind.Get, RequestKind.Put], objects, "/steady/write", writeKeys: 20_000, GetSmall.Bytes);
        using PacedLoad load = new(subject, mix);
        await load.OpenAsync(Connections, ct);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var samples = SampleAsync(subject, length, ct);
        var others = OthersAsync(client, ended.Token);
        var small = await load.RunAsync(Rate, length, ct);
        await ended.CancelAsync();
        await others;
        var (early, late) = await samples;
        row.Add(
            new("holdfast", "memory at 3/10 of the time", "MB", [early / 1e6]),
            new("holdfast", "memory at the end", "MB", [late / 1e6]),
            new("holdfast", "mixed requests of 4 KiB", "requests/s", [small.Rate]));
        row.Claims.Add(Claim.AtMost("memory at the end, times that at 3/10 of the time", late / early, 1.1));
        row.Claims.Add(Claim.AtMost("failed requests", load.Failed, 0));
    }

    /// <summary>The median of the samples in the twentieth of the time before each of the two moments.</summary>
    static async Task<(double Early, double Late)> SampleAsync(Subject subject, TimeSpan length, CancellationToken ct)
    {
        var process = subject.Processes.First().Id;
        List<double> early = [];
        List<double> late = [];
        var began = Stopwatch.GetTimestamp();
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(250));
        while (Stopwatch.GetElapsedTime(began) < length && await timer.WaitForNextTickAsync(ct))
        {
            var passed = Stopwatch.GetElapsedTime(began) / length;
            if (passed is > 0.25 and < 0.3)
                early.Add(ProcessTree.ResidentBytes([process]));
            else if (passed > 0.95)
                late.Add(ProcessTree.ResidentBytes([process]));
        }

        return (new Figure("", "", "", early).Median, new Figure("", "", "", late).Median);
    }

    static async Task OthersAsync(SubjectClient client, CancellationToken ct)
    {
        try
        {
            using PeriodicTimer timer = new(TimeSpan.FromSeconds(1));
            for (var i = 0; await timer.WaitForNextTickAsync(ct); i++)
            {
                using var page = await client.SendAsync(HttpMethod.Get, "/steady", "list-type=2", null, ct);
                await page.Content.ReadAsByteArrayAsync(ct);
                using PatternContent content = new(i, 0, 16 << 20);
                await client.PutAsync($"/steady/large/{i % 8}", content, ct);
            }
        }
        catch (OperationCanceledException)
        {
            // The load has ended: so does this.
        }
    }
}
