using Holdfast.Bench.Load;
using Holdfast.Bench.Results;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Scenarios;

/// <summary>One large object read by four connections at once.</summary>
public sealed class GetLarge : IScenario
{
    const int Connections = 4;

    public string Name => "get1g";

    public string Work => "GET 1 GiB, 4 connections";

    public async Task MeasureAsync(BenchRun run, Row row, CancellationToken ct)
    {
        await using var servers = await run.StartAsync(ct, "nginx");
        using var file = await LargeFile.CreateAsync(Path.Combine(run.Options.Work, "large"), run.Options.LargeBytes, ct);
        foreach (var subject in servers.All)
        {
            using SubjectClient client = new(subject);
            await client.CreateBucketAsync("large", ct);
            await Curl.UploadAsync(file.Path, subject.Url("PUT", "/large/object"), ct);
            await Curl.DownloadAsync([subject.Url("GET", "/large/object")], ct);
        }

        row.Add(await Trials.AlternateAsync(run, servers.All, "GET 1 GiB", "MB/s", async (subject, _) =>
        {
            var elapsed = await Curl.DownloadAsync(
                [.. Enumerable.Range(0, Connections).Select(_ => subject.Url("GET", "/large/object"))], ct);
            return Connections * run.Options.LargeBytes / 1e6 / elapsed.TotalSeconds;
        }, ct));
        row.ClaimRatio("GET 1 GiB", "nginx", 0.8);
    }
}
