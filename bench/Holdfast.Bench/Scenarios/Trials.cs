using Holdfast.Bench.Machine;
using Holdfast.Bench.Results;
using Holdfast.Bench.Subjects;

namespace Holdfast.Bench.Scenarios;

/// <summary>Repeats a measurement on several subjects in turn, so that what disturbs the machine disturbs all of them.</summary>
public static class Trials
{
    /// <summary>
    /// Answers a figure for each subject: the value <paramref name="measure"/> gave in each trial, with the server's processor time.
    /// </summary>
    public static async Task<IReadOnlyList<Figure>> AlternateAsync(
        BenchRun run,
        IReadOnlyList<Subject> subjects,
        string what,
        string unit,
        Func<Subject, int, Task<double>> measure,
        CancellationToken ct)
    {
        var values = subjects.Select(_ => new List<double>()).ToArray();
        var seconds = subjects.Select(_ => new List<double>()).ToArray();
        for (var trial = 0; trial < run.Options.Trials; trial++)
        {
            for (var i = 0; i < subjects.Count; i++)
            {
                var processes = subjects[i].Processes.Select(process => process.Id).ToArray();
                await Disk.SettleAsync(run.Options.Work, ct);
                var before = ProcessTree.CpuSeconds(processes);
                values[i].Add(await measure(subjects[i], trial));
                seconds[i].Add(ProcessTree.CpuSeconds(processes) - before);
            }
        }

        return [.. subjects.Select(
            (subject, i) => new Figure(subject.Name, what, unit, values[i], new Figure("", "", "", seconds[i]).Median))];
    }
}
