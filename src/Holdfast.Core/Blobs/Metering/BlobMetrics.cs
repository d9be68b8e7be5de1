using System.Diagnostics.Metrics;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Blobs.Metering;

/// <summary>
/// The instruments of the meter <c>Holdfast.Blobs</c>, one set a process. Labels: <c>backend</c> (the configured name),
/// <c>operation</c> (find, open, read, create, write, commit, discard, delete, list), <c>outcome</c> (ok, absent, cancelled, a
/// <see cref="StoreError"/> or fault) and <c>direction</c> (in, out).
/// </summary>
public sealed class BlobMetrics : IDisposable
{
    public const string MeterName = "Holdfast.Blobs";

    readonly Meter _meter;
    readonly Counter<long> _operations;
    readonly Counter<long> _bytes;
    readonly Histogram<double> _durations;

    public BlobMetrics()
    {
        _meter = new Meter(MeterName);
        _operations = _meter.CreateCounter<long>("holdfast.blobs.operations", "{operation}", "Operations of a blob store by outcome");
        _bytes = _meter.CreateCounter<long>("holdfast.blobs.bytes", "By", "Bytes written into and read from a blob store");
        _durations = _meter.CreateHistogram<double>("holdfast.blobs.duration", "s", "Time an operation of a blob store took");
    }

    public void Dispose() => _meter.Dispose();

    internal void Operation(string backend, string operation, string outcome, TimeSpan taken)
    {
        _operations.Add(1, new("backend", backend), new("operation", operation), new("outcome", outcome));
        _durations.Record(taken.TotalSeconds, new("backend", backend), new("operation", operation));
    }

    internal void Bytes(string backend, string direction, long count) =>
        _bytes.Add(count, new KeyValuePair<string, object?>("backend", backend), new KeyValuePair<string, object?>("direction", direction));

    internal static string Outcome(Exception fault) => fault switch
    {
        StoreException refusal => refusal.Error.ToString(),
        OperationCanceledException => "cancelled",
        _ => "fault",
    };
}
