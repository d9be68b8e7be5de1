using Holdfast.Bench.Machine;
using Holdfast.Bench.Results;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Scenarios;

/// <summary>Resident memory while many large bodies arrive at once.</summary>
public sealed class UploadMemory : IScenario
{
    const int Uploads = 32;

    public string Name => "memory";

    public string Work => "memory with 32 concurrent uploads of 256 MiB";

    public async Task MeasureAsync(BenchRun run, Row row, CancellationToken ct)
    {
        var bytes = run.Options.Quick ? 16L << 20 : 256L << 20;
        await using var subject = await run.StartHoldfastAsync(ct);
        using SubjectClient client = new(subject);
        await client.CreateBucketAsync("memory", ct);
        await using var memory = MemoryWatch.Start(subject);
        await Task.WhenAll(Enumerable.Range(0, Uploads).Select(async i =>
        {
            using PatternContent content = new(i, 0, bytes);
            await client.PutAsync($"/memory/{i}", content, ct);
        }));
        row.Add(new Figure("holdfast", "most resident memory", "MB", [memory.Peak / 1e6]));
        row.Claims.Add(Claim.AtMost("most resident memory", memory.Peak / 1e6, 300, " MB"));
    }
}
