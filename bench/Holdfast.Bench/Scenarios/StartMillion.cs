using Holdfast.Bench.Results;

namespace Holdfast.Bench.Scenarios;

/// <summary>From the start of the process to the line that says it serves, on a full catalog.</summary>
public sealed class StartMillion : IScenario
{
    public string Name => "start";

    public string Work => "start with 1 M objects in the catalog";

    public async Task MeasureAsync(BenchRun run, Row row, CancellationToken ct)
    {
        var data = await MillionStore.EnsureAsync(run, ct);
        List<double> seconds = [];
        for (var trial = 0; trial < run.Options.Trials; trial++)
        {
            await using var subject = await run.StartHoldfastAsync(ct, data);
            seconds.Add(subject.ReadyAfter.TotalSeconds);
        }

        row.Add(new Figure("holdfast", $"ready with {run.Options.Keys:#,0} objects", "s", seconds));
        row.Claims.Add(Claim.AtMost("ready, slowest start", seconds.Max(), 1.5, " s"));
    }
}
