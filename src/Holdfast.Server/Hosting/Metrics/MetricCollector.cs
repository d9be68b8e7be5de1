using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Holdfast.Server.Hosting.Metrics;

/// <summary>
/// Listens to the instruments that <c>/metrics</c> shows: all of this server's and of the store below it, and a few of the framework.
/// Thread safe.
/// </summary>
sealed class MetricCollector : IDisposable
{
    /// <summary>Of the framework, only what is cheap to keep and says something that ours do not.</summary>
    static readonly HashSet<string> FrameworkInstruments =
    [
        "kestrel.active_connections", "kestrel.queued_connections", "kestrel.rejected_connections",
        "dotnet.process.cpu.time", "dotnet.process.memory.working_set", "dotnet.gc.collections", "dotnet.gc.heap.total_allocated",
        "dotnet.gc.last_collection.heap.size", "dotnet.gc.pause.time", "dotnet.monitor.lock_contentions", "dotnet.thread_pool.thread.count",
        "dotnet.thread_pool.queue.length", "dotnet.thread_pool.work_item.count",
    ];

    readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();
    readonly MeterListener _listener = new();
    readonly HashSet<object> _scopes;
    readonly Lock _gate = new();
    long _round;

    /// <param name="scopes">What else may scope a meter of this server: the parts that it was opened with.</param>
    public MetricCollector(IMeterFactory meters, IEnumerable<MetricScope> scopes)
    {
        _scopes = [meters, .. scopes.Select(scope => scope.Of)];
        _listener.InstrumentPublished = Consider;
        _listener.SetMeasurementEventCallback<double>((_, value, labels, family) => Record(value, labels, family));
        _listener.SetMeasurementEventCallback<long>((_, value, labels, family) => Record(value, labels, family));
        _listener.SetMeasurementEventCallback<int>((_, value, labels, family) => Record(value, labels, family));
        _listener.SetMeasurementEventCallback<float>((_, value, labels, family) => Record(value, labels, family));
        _listener.Start();
    }

    /// <summary>Asks the observable instruments, and gives all families by name with their series.</summary>
    public List<(MetricFamily Family, List<(KeyValuePair<string, object?>[] Labels, MetricPoint Point)> Series)> Collect()
    {
        lock (_gate)
        {
            _round++;
            _listener.RecordObservableInstruments();
            return [.. _families.Values
                .Select(family => (family, family.Read(_round).ToList()))
                .Where(pair => pair.Item2.Count > 0)
                .OrderBy(pair => pair.family.Name, StringComparer.Ordinal)];
        }
    }

    public void Dispose() => _listener.Dispose();

    void Consider(Instrument instrument, MeterListener listener)
    {
        // A meter of another server in this process has that server's factory, or its catalog, as its scope.
        var isOurs = instrument.Meter.Scope is null || _scopes.Contains(instrument.Meter.Scope);
        var isShown = instrument.Meter.Name.StartsWith("Holdfast.", StringComparison.Ordinal) || FrameworkInstruments.Contains(
            instrument.Name);
        if (isOurs && isShown)
            listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, static instrument => new MetricFamily(instrument)));
    }

    void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels, object? family) =>
        ((MetricFamily)family!).Record(value, labels, _round);
}
