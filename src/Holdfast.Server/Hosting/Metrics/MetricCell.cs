namespace Holdfast.Server.Hosting.Metrics;

/// <summary>One series: a value, or the buckets of a histogram. Thread safe.</summary>
/// <param name="bounds">Upper bounds of the buckets, rising; null: no histogram.</param>
sealed class MetricCell(double[]? bounds)
{
    readonly Lock _gate = new();
    readonly long[] _buckets = bounds is null ? [] : new long[bounds.Length + 1];
    double _sum;
    long _round;

    /// <summary>Adds to a counter, or counts a value into its bucket.</summary>
    public void Add(double value)
    {
        lock (_gate)
        {
            _sum += value;
            if (bounds is null)
                return;
            var at = Array.BinarySearch(bounds, value);
            _buckets[at < 0 ? ~at : at]++;
        }
    }

    /// <summary>Takes the value that an observable instrument gave in this round of collection.</summary>
    public void Set(double value, long round)
    {
        lock (_gate)
        {
            // Two instruments of one name and one set of labels (two stores in one process) are one series.
            _sum = _round == round ? _sum + value : value;
            _round = round;
        }
    }

    public MetricPoint Read()
    {
        lock (_gate)
            return new MetricPoint(_sum, [.. _buckets], _round);
    }
}

/// <summary>
/// A series as it stood when it was read. <paramref name="Buckets"/> are not cumulative; the last is that of all larger values.
/// </summary>
readonly record struct MetricPoint(double Sum, long[] Buckets, long Round);
