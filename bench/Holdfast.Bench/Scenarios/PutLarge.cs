using Holdfast.Bench.Load;
using Holdfast.Bench.Machine;
using Holdfast.Bench.Results;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Scenarios;

/// <summary>One large object written, beside what the disk and one core can do.</summary>
public sealed class PutLarge : IScenario
{
    const double Bound = 0.7;

    public string Name => "put1g";

    public string Work => "PUT 1 GiB, beside one MD5 core and dd conv=fdatasync";

    public async Task MeasureAsync(BenchRun run, Row row, CancellationToken ct)
    {
        await using var servers = await run.StartAsync(ct, "nginx");
        using var file = await LargeFile.CreateAsync(Path.Combine(run.Options.Work, "large"), run.Options.LargeBytes, ct);
        foreach (var subject in servers.All)
        {
            using SubjectClient client = new(subject);
            await client.CreateBucketAsync("large", ct);
            await Curl.UploadAsync(file.Path, subject.Url("PUT", "/large/first"), ct);
        }

        var megabytes = run.Options.LargeBytes / 1e6;
        List<double> disk = [];
        List<double> core = [];
        row.Add(await Trials.AlternateAsync(run, servers.All, "PUT 1 GiB", "MB/s", async (subject, trial) =>
        {
            if (subject == servers.All[0])
            {
                disk.Add(megabytes / (await Disk.CopyAsync(file.Path, run.Options.Work, ct)).TotalSeconds);
                core.Add(megabytes / HashCore.Md5Seconds(run.Options.LargeBytes));
                await Disk.SettleAsync(run.Options.Work, ct);
            }

            file.Change();
            return megabytes / (await Curl.UploadAsync(file.Path, subject.Url("PUT", $"/large/{trial}"), ct)).TotalSeconds;
        }, ct));
        row.Add(new("machine", "dd conv=fdatasync", "MB/s", disk), new("machine", "MD5, one core", "MB/s", core));
        if (row.Median("holdfast", "PUT 1 GiB") is not { } rate)
            return;
        var slower = Math.Min(row.Median("machine", "dd conv=fdatasync")!.Value, row.Median("machine", "MD5, one core")!.Value);
        row.Claims.Add(Claim.AtLeast("PUT 1 GiB, times the slower of dd and MD5", rate / slower, Bound));
    }
}
