namespace Holdfast.Bench.Results;

/// <summary>One number that was measured, once for each trial.</summary>
/// <param name="Subject">holdfast, a peer, or machine.</param>
/// <param name="CpuSeconds">Processor seconds the server used in a trial, median; null where nothing is loaded.</param>
public sealed record Figure(string Subject, string What, string Unit, IReadOnlyList<double> Trials, double? CpuSeconds = null)
{
    public double Median
    {
        get
        {
            var sorted = Trials.Order().ToArray();
            var middle = sorted.Length / 2;
            return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }
}
