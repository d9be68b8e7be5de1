using System.Diagnostics.Metrics;
using Cells = System.Collections.Concurrent.ConcurrentDictionary<
    System.Collections.Generic.KeyValuePair<string, object?>[], Holdfast.Server.Hosting.Metrics.MetricCell>;

namespace Holdfast.Server.Hosting.Metrics;

/// <summary>How a family of series is declared to Prometheus.</summary>
enum MetricType
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>All series of one instrument. Thread safe.</summary>
sealed class MetricFamily
{
    /// <summary>More sets of labels than this are not kept: labels are meant to be few.</summary>
    const int MaxSeries = 4096;

    static readonly double[] SecondBounds = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];
    static readonly double[] CountBounds = [1, 4, 16, 64, 256, 1 << 10, 1 << 12, 1 << 16, 1 << 20, 1 << 24, 1 << 28, 1L << 32];

    readonly Cells _cells = new(new LabelSet());
    readonly Cells.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> _bySpan;
    readonly bool _isObservable;

    public MetricFamily(Instrument instrument)
    {
        _bySpan = _cells.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        _isObservable = instrument.IsObservable;
        Type = TypeOf(instrument);
        Name = MetricNames.Family(instrument.Name, instrument.Unit, Type);
        Description = instrument.Description ?? "";
        Bounds = Type == MetricType.Histogram ? BoundsOf(instrument) : null;
    }

    public string Name { get; }

    public string Description { get; }

    public MetricType Type { get; }

    /// <summary>Upper bounds of a histogram's buckets; null otherwise.</summary>
    public double[]? Bounds { get; }

    /// <param name="round">The round of collection, for observable instruments.</param>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels, long round)
    {
        if (!_bySpan.TryGetValue(labels, out var cell))
        {
            if (_cells.Count >= MaxSeries)
                return;
            cell = _cells.GetOrAdd(labels.ToArray(), new MetricCell(Bounds));
        }

        if (_isObservable)
            cell.Set(value, round);
        else
            cell.Add(value);
    }

    /// <summary>The series as they are; an observable one only when it was given in this round.</summary>
    public IEnumerable<(KeyValuePair<string, object?>[] Labels, MetricPoint Point)> Read(long round)
    {
        foreach (var (labels, cell) in _cells)
        {
            var point = cell.Read();
            if (!_isObservable || point.Round == round)
                yield return (labels, point);
        }
    }

    static MetricType TypeOf(Instrument instrument)
    {
        // The runtime declares these as counters, but they fall too.
        if (instrument.Name is "dotnet.thread_pool.thread.count" or "dotnet.thread_pool.queue.length")
            return MetricType.Gauge;
        return instrument.GetType().Name switch
        {
            "Histogram`1" => MetricType.Histogram,
            "Counter`1" or "ObservableCounter`1" => MetricType.Counter,
            _ => MetricType.Gauge,
        };
    }

    static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        { Unit: "s" } => SecondBounds,
        _ => CountBounds,
    };
}
