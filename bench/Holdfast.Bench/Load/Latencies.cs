using System.Numerics;

namespace Holdfast.Bench.Load;

/// <summary>Counts latencies in buckets of at most 1.6 % width. Thread-safe.</summary>
public sealed class Latencies
{
    const int Fine = 64;
    readonly long[] _counts = new long[Fine * 40];

    public long Count => _counts.Sum();

    public void Add(TimeSpan latency) => Interlocked.Increment(ref _counts[Bucket((long)latency.TotalMicroseconds)]);

    /// <summary>The latency that <paramref name="percent"/> of all do not exceed; zero when there are none.</summary>
    public TimeSpan Percentile(double percent)
    {
        var rank = (long)Math.Ceiling(Count * percent / 100);
        var bucket = 0;
        for (long seen = _counts[0]; seen < rank && bucket < _counts.Length - 1; seen += _counts[bucket])
            bucket++;
        return TimeSpan.FromMicroseconds(rank == 0 ? 0 : Upper(bucket));
    }

    // Below 64 µs one bucket a microsecond; above, 64 buckets for each doubling.
    static int Bucket(long microseconds)
    {
        if (microseconds < Fine)
            return (int)Math.Max(0, microseconds);
        var shift = BitOperations.Log2((ulong)microseconds) - 6;
        return (Fine * (shift + 1)) + (int)(microseconds >> shift) - Fine;
    }

    static long Upper(int bucket)
    {
        if (bucket < Fine)
            return bucket;
        var shift = (bucket / Fine) - 1;
        return ((bucket % Fine) + Fine + 1L) << shift;
    }
}
