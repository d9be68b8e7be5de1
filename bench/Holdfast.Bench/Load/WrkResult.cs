namespace Holdfast.Bench.Load;

/// <summary>What wrk reports of one run; times in microseconds. <paramref name="Rounds"/> tells how often a list was begun again.</summary>
public sealed record WrkResult(long Requests, long Microseconds, long Errors, long P50, long P99, long Max, int Rounds)
{
    /// <summary>Requests a second.</summary>
    public double Rate => Requests * 1e6 / Microseconds;
}
