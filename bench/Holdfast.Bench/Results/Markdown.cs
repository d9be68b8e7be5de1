using System.Globalization;
using System.Text;

namespace Holdfast.Bench.Results;

/// <summary>Writes results as tables.</summary>
public static class Markdown
{
    public static string Document(Report report)
    {
        StringBuilder text = new();
        var machine = report.Machine;
        Line(text, $"# Measured {Path.GetFileNameWithoutExtension(report.Path)}");
        Line(text, $"");
        text.Append(FormattableString.Invariant($"{machine.Processor}, {machine.Cores} cores, {machine.MemoryMegabytes:#,0} MB, "));
        Line(text, $"{machine.System}, {machine.FileSystem}, {machine.Runtime}.");
        Line(text, $"Servers and the load generator share the cores. Medians of all trials; the trials of different servers alternate.");
        Line(text, $"");
        foreach (var (name, server) in report.Servers)
            Line(text, $"- {name} ({server.Version}): `{server.CommandLine}`");
        Line(text, $"");
        Line(text, $"## Targets");
        Line(text, $"");
        text.Append(Claims(report.Rows));
        Line(text, $"");
        Line(text, $"## Figures");
        Line(text, $"");
        Line(text, $"| row | server | what | median | lowest | highest | unit | server CPU-s a trial |");
        Line(text, $"|---|---|---|---:|---:|---:|---|---:|");
        foreach (var (row, figure) in report.Rows.SelectMany(row => row.Figures.Select(figure => (row, figure))))
        {
            var range = $"{Number(figure.Median)} | {Number(figure.Trials.Min())} | {Number(figure.Trials.Max())}";
            var seconds = figure.CpuSeconds is { } used ? Number(used) : "";
            Line(text, $"| {row.Name} | {figure.Subject} | {figure.What} | {range} | {figure.Unit} | {seconds} |");
        }

        return text.ToString();
    }

    /// <summary>The table of targets.</summary>
    public static string Claims(IEnumerable<Row> rows)
    {
        StringBuilder text = new();
        Line(text, $"| row | claim | measured | target | met |");
        Line(text, $"|---|---|---:|---:|---|");
        foreach (var (row, claim) in rows.SelectMany(row => row.Claims.Select(claim => (row, claim))))
            Line(text, $"| {row.Name} | {claim.What} | {Number(claim.Measured)} | {claim.Target} | {(claim.Met ? "yes" : "**no**")} |");
        return text.ToString();
    }

    static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "#,0" : "0.##", CultureInfo.InvariantCulture);

    static void Line(StringBuilder text, FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
}
