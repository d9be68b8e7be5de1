using System.Diagnostics;
using System.Security.Cryptography;
using Holdfast.Bench.Load;
using Holdfast.Bench.Machine;
using Holdfast.Bench.Results;

namespace Holdfast.Bench.Scenarios.Registry;

/// <summary>One repository with many tags: nothing may become slow with their number.</summary>
public sealed class ManyTags : IScenario
{
    const int Few = 1000;
    const int Repeats = 300;
    const double MaxReadMilliseconds = 5;
    const double MaxGrowth = 1.5;

    static readonly byte[] Config = "{}"u8.ToArray();
    static readonly byte[] Layer = "a layer"u8.ToArray();

    public string Name => "tags100k";

    public string Work => "100,000 tags in one repository, one connection";

    public async Task MeasureAsync(BenchRun run, Row row, CancellationToken ct)
    {
        var many = run.Options.ManyTags;
        await using var subject = await run.StartHoldfastAsync(ct);
        using RegistryClient client = new(subject);
        await client.PushBlobAsync("bench/few", Config, ct);
        await client.PushBlobAsync("bench/few", Layer, ct);
        await client.PushBlobAsync("bench/many", Config, ct);
        await client.PushBlobAsync("bench/many", Layer, ct);
        await SeedAsync(client, "bench/few", Few, ct);
        await SeedAsync(client, "bench/many", many, ct);
        var sync = await Disk.SyncMillisecondsAsync(run.Options.Work, Repeats, ct);
        foreach (var (what, measure) in Works(client))
        {
            await MeasureOneAsync(measure, "bench/few", Few, 30, ct);
            var few = await MeasureOneAsync(measure, "bench/few", Few, Repeats, ct);
            var all = await MeasureOneAsync(measure, "bench/many", many, Repeats, ct);
            row.Add(
                new("holdfast", $"{what}, {Few} tags, p99", "ms", [few.Percentile(99).TotalMilliseconds]),
                new("holdfast", $"{what}, {many} tags, p99", "ms", [all.Percentile(99).TotalMilliseconds]));
            var bound = what == "push a tag" ? MaxReadMilliseconds + 3 * sync : MaxReadMilliseconds;
            row.Claims.Add(Claim.AtMost($"{what}, p99", all.Percentile(99).TotalMilliseconds, bound, " ms"));
            row.Claims.Add(Claim.AtMost(
                $"{what}, growth from {Few} tags (median)", all.Percentile(50) / few.Percentile(50), MaxGrowth));
        }

        row.Add(new Figure("machine", "p99 of fdatasync", "ms", [sync]));
    }

    static IEnumerable<(string What, Func<string, int, CancellationToken, Task> Measure)> Works(RegistryClient client)
    {
        yield return ("HEAD by tag", (repository, i, ct) => SendAsync(client, HttpMethod.Head, $"/v2/{repository}/manifests/v{i:D6}", ct));
        yield return ("page of 100 tags", (repository, i, ct) =>
            SendAsync(client, HttpMethod.Get, $"/v2/{repository}/tags/list?n=100&last=v{i:D6}", ct));
        yield return ("referrers", (repository, i, ct) =>
            SendAsync(client, HttpMethod.Get, $"/v2/{repository}/referrers/{RegistryClient.DigestOf(Manifest(repository, i))}", ct));
        yield return ("push a tag", (repository, i, ct) =>
            client.PutManifestAsync(repository, $"w{i:D6}", Manifest(repository, i), ct));
    }

    static async Task<Latencies> MeasureOneAsync(
        Func<string, int, CancellationToken, Task> measure, string repository, int tags, int repeats, CancellationToken ct)
    {
        Latencies latencies = new();
        for (var i = 0; i < repeats; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await measure(repository, RandomNumberGenerator.GetInt32(tags), ct);
            latencies.Add(Stopwatch.GetElapsedTime(began));
        }

        return latencies;
    }

    static async Task SeedAsync(RegistryClient client, string repository, int tags, CancellationToken ct)
    {
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = 32, CancellationToken = ct };
        await Parallel.ForAsync(0, tags, parallel, async (i, stop) =>
            await client.PutManifestAsync(repository, $"v{i:D6}", Manifest(repository, i), stop));
    }

    static byte[] Manifest(string repository, int i) =>
        RegistryClient.Manifest(Config, [Layer], $$""","annotations":{"of":"{{repository}}","i":"{{i}}"}""");

    static async Task SendAsync(RegistryClient client, HttpMethod method, string target, CancellationToken ct)
    {
        using var answer = await client.SendAsync(method, target, null, ct);
        await answer.Content.ReadAsByteArrayAsync(ct);
    }
}
