namespace Holdfast.Bench.Load;

/// <summary>Latencies of a <see cref="PacedLoad"/>, by kind.</summary>
public sealed class PacedResult
{
    readonly Latencies[] _latencies = [.. Enum.GetValues<RequestKind>().Select(_ => new Latencies())];

    public TimeSpan Elapsed { get; set; }

    /// <summary>All requests a second.</summary>
    public double Rate => _latencies.Sum(one => one.Count) / Elapsed.TotalSeconds;

    public Latencies Of(RequestKind kind) => _latencies[(int)kind];

    /// <summary>Requests of one kind a second.</summary>
    public double RateOf(RequestKind kind) => Of(kind).Count / Elapsed.TotalSeconds;
}
