using System.Diagnostics;
using Holdfast.Bench.Results;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Scenarios;

/// <summary>Pages of a large bucket, taken at many places, beside the same in a bucket of 10,000 keys.</summary>
public sealed class ListMillion : IScenario
{
    const int Places = 20;
    const int Repeats = 10;

    public string Name => "list1m";

    public string Work => "ListObjectsV2, pages of 1,000 of 1 M keys";

    public async Task MeasureAsync(BenchRun run, Row row, CancellationToken ct)
    {
        var data = await MillionStore.EnsureAsync(run, ct);
        await using var subject = await run.StartHoldfastAsync(ct, data);
        foreach (var (what, delimiter) in ((string, string)[])[("page", ""), ("page of prefixes", "&delimiter=%2F")])
        {
            var small = await PlacesAsync(subject, MillionStore.Small, MillionStore.SmallKeys, delimiter, ct);
            var large = await PlacesAsync(subject, MillionStore.Large, run.Options.Keys, delimiter, ct);
            row.Add(
                new("holdfast", $"{what}, 10,000 keys", "ms", small), new("holdfast", $"{what}, {run.Options.Keys:#,0} keys", "ms", large));
            row.Claims.Add(Claim.AtMost($"{what}, slowest place", large.Max(), 10, " ms"));
            row.Claims.Add(Claim.AtMost(
                $"{what}, growth from 10,000 to {run.Options.Keys:#,0} keys", row.Figures[^1].Median / row.Figures[^2].Median, 1.5));
        }
    }

    /// <summary>The median time of a page at each of several places, in milliseconds.</summary>
    static async Task<double[]> PlacesAsync(Subject subject, string bucket, int keys, string delimiter, CancellationToken ct)
    {
        using SubjectClient client = new(subject);
        var times = new double[Places];
        for (var place = 0; place < Places; place++)
        {
            // With a delimiter every page but the first would be short of prefixes: those begin in the first tenth.
            var start = (int)((long)keys * place / Places / (delimiter.Length > 0 ? 10 : 1));
            var query = $"list-type=2&max-keys=1000&start-after={Uri.EscapeDataString(MillionStore.Key(start, keys))}{delimiter}";
            List<double> repeats = [];
            for (var i = 0; i < Repeats; i++)
            {
                var began = Stopwatch.GetTimestamp();
                using var answer = await client.SendAsync(HttpMethod.Get, $"/{bucket}", query, null, ct);
                await answer.Content.ReadAsByteArrayAsync(ct);
                repeats.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            times[place] = new Figure("", "", "", repeats).Median;
        }

        return times;
    }
}
