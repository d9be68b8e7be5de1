using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Holdfast.Server.Hosting.Logging;
using Holdfast.Server.Hosting.Observe;

namespace Holdfast.Server.Hosting.Metrics;

/// <summary>
/// What the server counts of requests. Counts are kept in plain fields and read when somebody looks; only the histogram costs a
/// measurement for each request. Thread safe.
/// </summary>
sealed class RequestMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Holdfast.Server";

    static readonly double[] DurationBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

    readonly ConcurrentDictionary<OperationMetadata, OperationCounts> _operations = new(ReferenceEqualityComparer.Instance);
    readonly Histogram<double> _duration;
    long _inFlight;

    public RequestMetrics(IMeterFactory meters, LineWriter lines)
    {
        var meter = meters.Create(MeterName);
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBounds };
        _duration = meter.CreateHistogram(
            "holdfast.request.duration", "s", "Time from a request's headers to the end of its handler.", null, advice);
        meter.CreateObservableCounter("holdfast.requests", Requests, null, "Requests answered.");
        meter.CreateObservableCounter("holdfast.received", () => Bytes(counts => counts.BytesIn), "By", "Bytes of request bodies read.");
        meter.CreateObservableCounter("holdfast.sent", () => Bytes(counts => counts.BytesOut), "By", "Bytes of response bodies written.");
        meter.CreateObservableUpDownCounter(
            "holdfast.requests.active", () => Volatile.Read(ref _inFlight), null, "Requests being handled.");
        meter.CreateObservableCounter(
            "holdfast.log.dropped", () => lines.Dropped, null, "Log lines lost because the output did not keep up or took nothing.");
    }

    public void Begin() => Interlocked.Increment(ref _inFlight);

    public void End(RequestRecord request)
    {
        Interlocked.Decrement(ref _inFlight);
        var counts = _operations.GetOrAdd(request.Operation, static operation => new OperationCounts(operation));
        counts.Add(request);
        _duration.Record(request.Elapsed.TotalSeconds, counts.Labels);
    }

    IEnumerable<Measurement<long>> Requests() => _operations.Values.SelectMany(counts => counts.ByStatus());

    IEnumerable<Measurement<long>> Bytes(Func<OperationCounts, long> bytes)
    {
        foreach (var counts in _operations.Values)
            yield return new Measurement<long>(bytes(counts), counts.Labels);
    }
}
