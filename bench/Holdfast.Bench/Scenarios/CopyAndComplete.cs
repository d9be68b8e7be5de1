using System.Diagnostics;
using Holdfast.Bench.Results;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Scenarios;

/// <summary>Operations that move no bytes must not take longer for more bytes.</summary>
public sealed class CopyAndComplete : IScenario
{
    const long PartBytes = 5L << 20;
    const int Repeats = 20;
    const int Parallelism = 16;
    const double NoGrowth = 1.5;

    public string Name => "complete";

    public string Work => "CopyObject, CompleteMultipartUpload";

    public async Task MeasureAsync(BenchRun run, Row row, CancellationToken ct)
    {
        await using var subject = await run.StartHoldfastAsync(ct);
        using SubjectClient client = new(subject);
        await client.CreateBucketAsync("copy", ct);
        (string Name, long Bytes)[] sizes = [("4k", 4096), ("5m", PartBytes), ("64m", 64L << 20), ("1g", run.Options.LargeBytes)];
        foreach (var (name, bytes) in sizes)
        {
            using PatternContent content = new(bytes, 0, bytes);
            await client.PutAsync($"/copy/{name}", content, ct);
            row.Add(new Figure("holdfast", $"copy of {name}", "ms", await CopyAsync(client, name, ct)));
        }

        row.Claims.Add(Claim.AtMost("copy of 1 GiB, times copy of 4 KiB", Of(row, "copy of 1g") / Of(row, "copy of 4k"), NoGrowth));
        var most = run.Options.Quick ? 1000 : 10_000;
        for (var parts = 10; parts <= most; parts *= 10)
            row.Add(new Figure("holdfast", $"complete, {parts} parts of 5 MiB", "ms", await CompleteAsync(run, client, "5m", parts, ct)));
        row.Add(new Figure("holdfast", "complete, 100 parts of 64 MiB", "ms", await CompleteAsync(run, client, "64m", 100, ct)));
        row.Claims.Add(Claim.AtMost($"complete, {most:#,0} parts", Of(row, $"complete, {most} parts of 5 MiB"), 1000, " ms"));
        row.Claims.Add(Claim.AtMost(
            "complete, 64 MiB parts, times 5 MiB parts",
            Of(row, "complete, 100 parts of 64 MiB") / Of(row, "complete, 100 parts of 5 MiB"),
            NoGrowth));
    }

    static double Of(Row row, string what) => row.Median("holdfast", what)!.Value;

    static async Task<double[]> CopyAsync(SubjectClient client, string source, CancellationToken ct)
    {
        var times = new double[Repeats];
        for (var i = 0; i < Repeats; i++)
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await client.SendAsync(
                HttpMethod.Put, $"/copy/of-{source}-{i}", "", null, ct, ("x-amz-copy-source", $"/copy/{source}"));
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        return times;
    }

    static async Task<double[]> CompleteAsync(BenchRun run, SubjectClient client, string source, int parts, CancellationToken ct)
    {
        var times = new double[run.Options.Trials];
        for (var i = 0; i < times.Length; i++)
        {
            var upload = await Multipart.BeginAsync(client, $"/copy/{parts}-of-{source}-{i}", parts, ct);
            await upload.CopyAllAsync($"/copy/{source}", Parallelism, ct);
            var began = Stopwatch.GetTimestamp();
            await upload.CompleteAsync(ct);
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        return times;
    }
}
