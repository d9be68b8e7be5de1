using System.Diagnostics.Metrics;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;

namespace Holdfast.Server.Store;

/// <summary>Figures of the store as a whole: what it holds, and what collection removed.</summary>
public sealed class StoreMetrics : IDisposable
{
    public const string MeterName = "Holdfast.Store";

    readonly Meter _meter = new(MeterName);
    readonly Counter<long> _collected;
    readonly Counter<long> _damaged;
    readonly Histogram<double> _rounds;
    (long Blobs, long Bytes) _totals;

    public StoreMetrics()
    {
        _collected = _meter.CreateCounter<long>("holdfast.collection.blobs", "{blob}", "Blobs removed because nothing referred to them.");
        _damaged = _meter.CreateCounter<long>("holdfast.blobs.damaged", "{blob}", "Blobs found damaged while they were read.");
        _rounds = _meter.CreateHistogram<double>("holdfast.collection.duration", "s", "Duration of a round of collection.");
        _meter.CreateObservableGauge("holdfast.blobs.stored", () => _totals.Blobs, "{blob}", "Blobs stored.");
        _meter.CreateObservableGauge("holdfast.blobs.stored.bytes", () => _totals.Bytes, "By", "Bytes of the blobs stored.");
    }

    public void Collected(int blobs, TimeSpan duration)
    {
        _collected.Add(blobs);
        _rounds.Record(duration.TotalSeconds);
    }

    public void Damaged() => _damaged.Add(1);

    /// <summary>Reads the totals again; between two calls the gauges stand still.</summary>
    public async ValueTask RefreshAsync(Catalog catalog, CancellationToken ct) =>
        _totals = await catalog.ReadAsync(BlobTable.TotalsAsync, ct);

    public void Dispose() => _meter.Dispose();
}
