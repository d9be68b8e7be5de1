using System.Collections.Concurrent;
using Holdfast.Protocol.Errors;

namespace Holdfast.Server.Hosting.Errors;

/// <summary>
/// Tells the operator why the store refuses, which clients are not told: the first refusal of each kind, and then one every
/// <see cref="Every"/> with the number of those between. Thread safe.
/// </summary>
sealed class OutageLog(ILogger<OutageLog> log, TimeProvider clock)
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    readonly ConcurrentDictionary<StoreError, Kind> _kinds = new();

    public void Note(StoreException refusal)
    {
        if (refusal.Error is not (StoreError.StorageFull or StoreError.StorageUnavailable or StoreError.CatalogUnavailable))
            return;
        if (_kinds.GetOrAdd(refusal.Error, static _ => new Kind()).Take(clock, Every) is not { } unsaid)
            return;
        var cause = refusal.InnerException is { } inner ? $"{refusal.Message} ({inner.Message})" : refusal.Message;
        log.Outage(refusal.Error, unsaid, cause);
    }

    sealed class Kind
    {
        readonly Lock _gate = new();
        long? _said;
        long _unsaid;

        /// <summary>How many were not said since the last that was; null when this one is not to be said either.</summary>
        public long? Take(TimeProvider clock, TimeSpan every)
        {
            lock (_gate)
            {
                if (_said is { } said && clock.GetElapsedTime(said) < every)
                {
                    _unsaid++;
                    return null;
                }

                var unsaid = _unsaid;
                (_said, _unsaid) = (clock.GetTimestamp(), 0);
                return unsaid;
            }
        }
    }
}
