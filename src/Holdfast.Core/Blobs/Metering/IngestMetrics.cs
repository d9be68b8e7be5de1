using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Holdfast.Core.Blobs.Metering;

/// <summary>
/// How long it takes to receive content, as the meter <c>Holdfast.Ingest</c>; <c>kept</c> is <c>inline</c> or <c>file</c>.
/// </summary>
public sealed class IngestMetrics : IDisposable
{
    public const string MeterName = "Holdfast.Ingest";

    static readonly KeyValuePair<string, object?> Inline = new("kept", "inline");
    static readonly KeyValuePair<string, object?> File = new("kept", "file");

    readonly Meter _meter = new(MeterName);
    readonly Histogram<double> _durations;

    public IngestMetrics() => _durations = _meter.CreateHistogram<double>(
        "holdfast.ingest.duration", "s", "Time to receive, hash and verify content, waiting for the client included.");

    public void Received(long started, bool isInline) =>
        _durations.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, isInline ? Inline : File);

    public void Dispose() => _meter.Dispose();
}
