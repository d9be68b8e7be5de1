using Holdfast.Bench.Results;

namespace Holdfast.Bench.Scenarios;

/// <summary>One row of the table: a kind of work, measured on its own servers and data.</summary>
public interface IScenario
{
    /// <summary>What ROWS calls it.</summary>
    string Name { get; }

    string Work { get; }

    Task MeasureAsync(BenchRun run, Row row, CancellationToken ct);
}
