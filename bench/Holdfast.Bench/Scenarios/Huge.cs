using System.Diagnostics;
using Holdfast.Bench.Machine;
using Holdfast.Bench.Results;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Scenarios;

/// <summary>One very large object, written whole and in parts, read back and compared.</summary>
public sealed class Huge : IScenario
{
    const long PartBytes = 64L << 20;
    const int PartsTogether = 4;
    const long Seed = 10;

    public string Name => "big10g";

    public string Work => "10 GiB object, single PUT and multipart, in and out";

    public async Task MeasureAsync(BenchRun run, Row row, CancellationToken ct)
    {
        await OneWayAsync(run, row, "single PUT", PutAsync, ct);
        await OneWayAsync(run, row, "multipart", UploadPartsAsync, ct);
    }

    // A server and a folder for each way, so that the disk has to hold one of the objects only.
    static async Task OneWayAsync(
        BenchRun run, Row row, string way, Func<BenchRun, SubjectClient, CancellationToken, Task> write, CancellationToken ct)
    {
        var data = run.Folder("huge");
        await using (var subject = await run.StartHoldfastAsync(ct, data))
        {
            using SubjectClient client = new(subject);
            await client.CreateBucketAsync("huge", ct);
            await StepAsync(run, row, subject, $"{way}, in", () => write(run, client, ct));
            await StepAsync(run, row, subject, $"{way}, out", async () =>
            {
                using var answer = await client.SendAsync(HttpMethod.Get, "/huge/object", "", null, ct);
                await using var body = await answer.Content.ReadAsStreamAsync(ct);
                await PatternContent.VerifyAsync(body, Seed, run.Options.HugeBytes, ct);
            });
        }

        Directory.Delete(data, recursive: true);
    }

    static async Task StepAsync(BenchRun run, Row row, Subject subject, string step, Func<Task> move)
    {
        await using var memory = MemoryWatch.Start(subject);
        var began = Stopwatch.GetTimestamp();
        await move();
        var rate = run.Options.HugeBytes / 1e6 / Stopwatch.GetElapsedTime(began).TotalSeconds;
        row.Add(new("holdfast", step, "MB/s", [rate]), new("holdfast", $"{step}: most resident memory", "MB", [memory.Peak / 1e6]));
        row.Claims.Add(Claim.AtMost($"{step}: most resident memory", memory.Peak / 1e6, 300, " MB"));
    }

    static async Task PutAsync(BenchRun run, SubjectClient client, CancellationToken ct)
    {
        using PatternContent content = new(Seed, 0, run.Options.HugeBytes);
        await client.PutAsync("/huge/object", content, ct);
    }

    static async Task UploadPartsAsync(BenchRun run, SubjectClient client, CancellationToken ct)
    {
        var parts = (int)((run.Options.HugeBytes + PartBytes - 1) / PartBytes);
        var upload = await Multipart.BeginAsync(client, "/huge/object", parts, ct);
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = PartsTogether, CancellationToken = ct };
        await Parallel.ForAsync(0, parts, parallel, async (i, stop) =>
        {
            var offset = i * PartBytes;
            using PatternContent content = new(Seed, offset, Math.Min(PartBytes, run.Options.HugeBytes - offset));
            await upload.UploadAsync(i + 1, content, stop);
        });
        await upload.CompleteAsync(ct);
    }
}
