using System.Security.Cryptography;
using Holdfast.Bench.Load;
using Holdfast.Bench.Machine;
using Holdfast.Bench.Results;

namespace Holdfast.Bench.Scenarios.Registry;

/// <summary>A large layer pushed and pulled by curl, beside what the disk and one core can do. docker-registry does not sync.</summary>
public sealed class Layers : IScenario
{
    public string Name => "layer512m";

    public string Work => "push and pull a 512 MiB layer, beside docker-registry, one SHA-256 core and dd conv=fdatasync";

    public async Task MeasureAsync(BenchRun run, Row row, CancellationToken ct)
    {
        var length = run.Options.LargeBytes / 2;
        var megabytes = length / 1e6;
        await using var servers = await run.StartAsync(ct, "docker-registry");
        var clients = servers.All.ToDictionary(subject => subject, subject => new RegistryClient(subject));
        using var file = await LargeFile.CreateAsync(Path.Combine(run.Options.Work, "layer"), length, ct);
        var digests = new Dictionary<string, string>();
        List<double> disk = [];
        List<double> core = [];
        row.Add(await Trials.AlternateAsync(run, servers.All, "push", "MB/s", async (subject, trial) =>
        {
            if (subject == servers.All[0])
            {
                disk.Add(megabytes / (await Disk.CopyAsync(file.Path, run.Options.Work, ct)).TotalSeconds);
                core.Add(megabytes / HashCore.Sha256Seconds(length));
                await Disk.SettleAsync(run.Options.Work, ct);
            }

            file.Change();
            var digest = digests[subject.Name] = await DigestOfAsync(file.Path, ct);
            var url = await clients[subject].BeginAsync("bench/layers", digest, ct);
            var elapsed = await Curl.UploadAsync(file.Path, url, ct, clients[subject].CurlOptions);
            return megabytes / elapsed.TotalSeconds;
        }, ct));
        row.Add(await Trials.AlternateAsync(run, servers.All, "pull", "MB/s", async (subject, _) =>
        {
            var url = new Uri(subject.Address, $"/v2/bench/layers/blobs/{digests[subject.Name]}").ToString();
            return megabytes / (await Curl.DownloadAsync(url, ct, clients[subject].CurlOptions)).TotalSeconds;
        }, ct));
        row.Add(new("machine", "dd conv=fdatasync", "MB/s", disk), new("machine", "SHA-256, one core", "MB/s", core));
        foreach (var client in clients.Values)
            client.Dispose();
        if (row.Median("holdfast", "push") is not { } rate)
            return;
        var slower = Math.Min(row.Median("machine", "dd conv=fdatasync")!.Value, row.Median("machine", "SHA-256, one core")!.Value);
        row.Claims.Add(Claim.AtLeast("push, times the slower of dd and SHA-256", rate / slower, 0.7));
        row.ClaimRatio("push", "docker-registry", 1.5);
        row.ClaimRatio("pull", "docker-registry", 1.5);
    }

    static async Task<string> DigestOfAsync(string path, CancellationToken ct)
    {
        await using var file = File.OpenRead(path);
        return "sha256:" + Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
    }
}
