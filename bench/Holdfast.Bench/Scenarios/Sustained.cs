using Holdfast.Bench.Load;
using Holdfast.Bench.Results;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Scenarios;

/// <summary>Uploads and downloads together, at a steady pace a little above the target.</summary>
public sealed class Sustained : IScenario
{
    const int Connections = 64;
    const double Target = 1000;
    const double Pace = 1.05;

    public string Name => "sustained";

    public string Work => "1,000 durable uploads/s and 1,000 downloads/s of 4 KiB together for 60 s";

    public async Task MeasureAsync(BenchRun run, Row row, CancellationToken ct)
    {
        var length = run.Options.Quick ? TimeSpan.FromSeconds(10) : TimeSpan.FromSeconds(60);
        await using var subject = await run.StartHoldfastAsync(ct);
        using SubjectClient client = new(subject);
        await client.CreateBucketAsync("sustained", ct);
        var objects = await client.SeedAsync("/sustained/read", 1000, GetSmall.Bytes, ct);
        var keys = (int)(Target * Pace * (length.TotalSeconds + 5) * 1.1);
        var mix = RequestMix.Create(subject, [RequestKind.Get, RequestKind.Put], objects, "/sustained/write", keys, GetSmall.Bytes);
        using PacedLoad load = new(subject, mix);
        await load.OpenAsync(Connections, ct);
        await load.RunAsync(2 * Target, TimeSpan.FromSeconds(3), ct);
        var result = await load.RunAsync(2 * Target * Pace, length, ct);
        foreach (var kind in (RequestKind[])[RequestKind.Put, RequestKind.Get])
        {
            row.Add(
                new("holdfast", $"{kind} while both run", "requests/s", [result.RateOf(kind)]),
                new("holdfast", $"p99 of {kind}", "ms", [result.Of(kind).Percentile(99).TotalMilliseconds]));
            row.Claims.Add(Claim.AtLeast($"{kind} while both run", result.RateOf(kind), Target, "/s"));
        }

        row.Claims.Add(Claim.AtMost("failed requests" + (load.FirstFailure is { } first ? $" ({first})" : ""), load.Failed, 0));
    }
}
