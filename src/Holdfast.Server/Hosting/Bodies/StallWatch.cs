using System.Collections.Concurrent;
using Holdfast.Server.Hosting.Settings;

namespace Holdfast.Server.Hosting.Bodies;

/// <summary>
/// Ends reads of request bodies that have waited longer than <c>limits.stallTimeout</c>, and all that go on shortly before
/// <c>limits.drainTimeout</c> is over, while they can still be answered. One timer for all: a read that completes at once never comes here.
/// Thread safe.
/// </summary>
sealed class StallWatch : IDisposable
{
    static readonly TimeSpan MaxTimeToAnswer = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<RequestBody, long> _waiting = new();
    readonly TimeProvider _clock;
    readonly ITimer _timer;
    readonly ITimer _lastCall;
    readonly CancellationTokenRegistration _stopping;
    volatile bool _isClosing;

    public StallWatch(HoldfastSettings settings, TimeProvider clock, IHostApplicationLifetime life)
    {
        _clock = clock;
        Patience = settings.Limits.StallTimeout;
        var period = Patience / 4;
        _timer = clock.CreateTimer(_ => Look(), null, period, period);
        _lastCall = clock.CreateTimer(_ => Close(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var drain = settings.Limits.DrainTimeout;
        TimeToAnswer = drain / 4 < MaxTimeToAnswer ? drain / 4 : MaxTimeToAnswer;
        _stopping = life.ApplicationStopping.Register(() => _lastCall.Change(drain - TimeToAnswer, Timeout.InfiniteTimeSpan));
    }

    /// <summary>How long a body may stand still.</summary>
    public TimeSpan Patience { get; }

    /// <summary>What is left of the time to stop when reading ends: for the answer, and for the client to come to reading it.</summary>
    public TimeSpan TimeToAnswer { get; }

    /// <summary>The server stops: no body is read any further.</summary>
    public bool IsClosing => _isClosing;

    public void Enter(RequestBody body)
    {
        _waiting[body] = _clock.GetTimestamp();
        if (_isClosing && !body.IsCutOff)
            body.Wake();
    }

    public void Leave(RequestBody body) => _waiting.TryRemove(body, out _);

    public void Dispose()
    {
        _stopping.Dispose();
        _lastCall.Dispose();
        _timer.Dispose();
    }

    void Look()
    {
        foreach (var (body, since) in _waiting)
        {
            if (_clock.GetElapsedTime(since) >= Patience && _waiting.TryRemove(body, out _))
                body.Stall();
        }
    }

    void Close()
    {
        _isClosing = true;
        foreach (var body in _waiting.Keys)
            body.Wake();
    }
}
