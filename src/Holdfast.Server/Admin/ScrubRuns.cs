using Holdfast.Core.Content;
using Holdfast.Core.Content.Upkeep;

namespace Holdfast.Server.Admin;

/// <summary>
/// Full scrubs asked for by an administrator: at most one at a time on a node, in the background. Thread safe.
/// </summary>
public sealed class ScrubRuns(
    Core.Catalog.Catalog catalog,
    ContentReads reads,
    DamageReports damage,
    TimeProvider clock,
    IHostApplicationLifetime life)
{
    readonly Lock _gate = new();
    ScrubRun? _run;

    /// <summary>The current or last run; null when none was asked for since the start.</summary>
    public ScrubRun? Current => _run;

    /// <summary>Starts a run over every blob, or gives the one that is going on.</summary>
    public ScrubRun Start()
    {
        lock (_gate)
        {
            if (_run is { IsRunning: true } going)
                return going;
            var run = new ScrubRun(clock.GetUtcNow());
            _run = run;
            _ = run.GoAsync(new Scrub(catalog, reads, damage, clock, 0), life.ApplicationStopping);
            return run;
        }
    }
}
