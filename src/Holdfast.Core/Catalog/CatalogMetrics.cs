using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Holdfast.Core.Catalog;

/// <summary>What an engine measures of itself, as the meter <c>Holdfast.Catalog</c>; all of it carries the label <c>engine</c>.</summary>
public sealed class CatalogMetrics : IDisposable
{
    public const string MeterName = "Holdfast.Catalog";

    readonly Meter _meter;
    readonly KeyValuePair<string, object?> _engine;
    readonly KeyValuePair<string, object?> _read = new("kind", "read");
    readonly KeyValuePair<string, object?> _write = new("kind", "write");
    readonly Histogram<double> _transaction;
    readonly Histogram<int> _group;
    readonly Histogram<double> _commit;
    readonly Histogram<double> _checkpoint;
    readonly Counter<long> _retries;

    public CatalogMetrics(string engine)
    {
        _meter = new Meter(new MeterOptions(MeterName) { Scope = this });
        _engine = new("engine", engine);
        _transaction = _meter.CreateHistogram<double>(
            "holdfast.catalog.transaction.duration", "s", "Time from the call to its answer, waiting included, by kind (read, write).");
        _group = _meter.CreateHistogram<int>("holdfast.catalog.group.size", "{transaction}", "Write transactions that shared one commit.");
        _commit = _meter.CreateHistogram<double>("holdfast.catalog.commit.duration", "s", "Time of a commit, its fsync included.");
        _checkpoint = _meter.CreateHistogram<double>(
            "holdfast.catalog.checkpoint.duration", "s", "Time to move a slice of the write-ahead log to the database file.");
        _retries = _meter.CreateCounter<long>("holdfast.catalog.retries", "{retry}", "Transactions run again after a transient error.");
    }

    public void Read(long started) => Record(_transaction, started, _read);

    public void Write(long started) => Record(_transaction, started, _write);

    public void Group(int members) => _group.Record(members, _engine);

    public void Commit(long started) => _commit.Record(Seconds(started), _engine);

    public void Checkpoint(long started) => _checkpoint.Record(Seconds(started), _engine);

    public void Retry() => _retries.Add(1, _engine);

    /// <summary>Adds a gauge that asks <paramref name="value"/> when somebody looks.</summary>
    public void Observe(string name, string unit, string description, Func<long> value) =>
        _meter.CreateObservableGauge(name, () => new Measurement<long>(value(), _engine), unit, description);

    public void Dispose() => _meter.Dispose();

    void Record(Histogram<double> histogram, long started, KeyValuePair<string, object?> kind)
    {
        if (histogram.Enabled)
        {
            histogram.Record(Seconds(started), _engine, kind);
        }
    }

    static double Seconds(long started) => Stopwatch.GetElapsedTime(started).TotalSeconds;
}
