using System.Collections.Concurrent;
using Holdfast.Server.Hosting.Settings;

namespace Holdfast.Server.Hosting.Bodies;

/// <summary>
/// Ends reads of request bodies that have waited longer than <c>limits.stallTimeout</c>. One timer for all: a read that completes at
/// once never comes here. Thread safe.
/// </summary>
sealed class StallWatch : IDisposable
{
    readonly ConcurrentDictionary<RequestBody, long> _waiting = new();
    readonly TimeProvider _clock;
    readonly ITimer _timer;

    public StallWatch(HoldfastSettings settings, TimeProvider clock)
    {
        _clock = clock;
        Patience = settings.Limits.StallTimeout;
        var period = Patience / 4;
        _timer = clock.CreateTimer(_ => Look(), null, period, period);
    }

    /// <summary>How long a body may stand still.</summary>
    public TimeSpan Patience { get; }

    public void Enter(RequestBody body) => _waiting[body] = _clock.GetTimestamp();

    public void Leave(RequestBody body) => _waiting.TryRemove(body, out _);

    public void Dispose() => _timer.Dispose();

    void Look()
    {
        foreach (var (body, since) in _waiting)
        {
            if (_clock.GetElapsedTime(since) >= Patience && _waiting.TryRemove(body, out _))
                body.Stall();
        }
    }
}
