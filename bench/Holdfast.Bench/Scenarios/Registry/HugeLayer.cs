using System.Diagnostics;
using System.Security.Cryptography;
using Holdfast.Bench.Machine;
using Holdfast.Bench.Results;

namespace Holdfast.Bench.Scenarios.Registry;

/// <summary>A very large layer, streamed in one PATCH as docker does, and pulled.</summary>
public sealed class HugeLayer : IScenario
{
    const long Seed = 11;
    const double MaxMegabytes = 250;

    public string Name => "layer10g";

    public string Work => "10 GiB layer pushed and pulled";

    public async Task MeasureAsync(BenchRun run, Row row, CancellationToken ct)
    {
        await using var subject = await run.StartHoldfastAsync(ct);
        using RegistryClient client = new(subject);
        var digest = await DigestAsync(run.Options.HugeBytes, ct);
        await StepAsync("push", async () =>
        {
            var url = await client.BeginAsync("bench/huge", digest, ct);
            using PatternContent content = new(Seed, 0, run.Options.HugeBytes);
            (await client.SendAsync(HttpMethod.Patch, url[..url.IndexOf('?', StringComparison.Ordinal)], content, ct)).Dispose();
            (await client.SendAsync(HttpMethod.Put, url, null, ct)).Dispose();
        });
        await StepAsync("pull", async () =>
        {
            using var answer = await client.SendAsync(HttpMethod.Get, $"/v2/bench/huge/blobs/{digest}", null, ct);
            await using var body = await answer.Content.ReadAsStreamAsync(ct);
            await PatternContent.VerifyAsync(body, Seed, run.Options.HugeBytes, ct);
        });

        async Task StepAsync(string step, Func<Task> move)
        {
            await using var memory = MemoryWatch.Start(subject);
            var began = Stopwatch.GetTimestamp();
            await move();
            var rate = run.Options.HugeBytes / 1e6 / Stopwatch.GetElapsedTime(began).TotalSeconds;
            row.Add(new("holdfast", step, "MB/s", [rate]), new("holdfast", $"{step}: most resident memory", "MB", [memory.Peak / 1e6]));
            row.Claims.Add(Claim.AtMost($"{step}: most resident memory", memory.Peak / 1e6, MaxMegabytes, " MB"));
        }
    }

    static async Task<string> DigestAsync(long length, CancellationToken ct)
    {
        using PatternContent content = new(Seed, 0, length);
        using var hash = SHA256.Create();
        await using (CryptoStream hashing = new(Stream.Null, hash, CryptoStreamMode.Write))
            await content.CopyToAsync(hashing, ct);
        return "sha256:" + Convert.ToHexStringLower(hash.Hash!);
    }
}
