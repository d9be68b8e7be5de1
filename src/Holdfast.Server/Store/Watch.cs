using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Core.Content.Artifacts;
using Holdfast.Protocol.Errors;
using Holdfast.Server.Hosting.Settings;

namespace Holdfast.Server.Store;

/// <summary>What runs beside the requests and only listens: reports of damage, looks at new artifacts, totals, the scrub.</summary>
public sealed partial class Watch(
    Catalog catalog,
    DamageReports damage,
    ArtifactDetection artifacts,
    ScrubLoop scrub,
    StoreMetrics metrics,
    HoldfastSettings settings,
    ILogger<Watch> log)
{
    static readonly TimeSpan TotalsEvery = TimeSpan.FromSeconds(5);

    public Task RunAsync(CancellationToken ct)
    {
        damage.OnMarked = OnDamage;
        return Task.WhenAll(
            damage.RunAsync(ct).ContinueOnCancel(),
            artifacts.RunAsync(fault => LogDetection(fault.Message), ct).ContinueOnCancel(),
            settings.Scrub.Enabled ? scrub.RunAsync(ct) : Task.CompletedTask,
            TotalsAsync(ct));
    }

    async Task TotalsAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TotalsEvery);
        do
        {
            try
            {
                await metrics.RefreshAsync(catalog, ct);
            }
            catch (Exception fault) when (fault is StoreException or OperationCanceledException)
            {
                // The gauges keep what they last saw.
            }
        }
        while (!ct.IsCancellationRequested && await NextAsync(timer, ct));
    }

    static async ValueTask<bool> NextAsync(PeriodicTimer timer, CancellationToken ct)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    void OnDamage(long blob)
    {
        metrics.Damaged();
        LogDamage(blob);
    }

    [LoggerMessage(
        2030, LogLevel.Error, "blob {Blob} is damaged and is not served any more; the next upload of the same bytes replaces it")]
    partial void LogDamage(long blob);

    [LoggerMessage(2031, LogLevel.Warning, "the type of an artifact was not detected: {Reason}")]
    partial void LogDetection(string reason);
}

static class CancelledTasks
{
    /// <summary>Ends quietly when the task was cancelled.</summary>
    public static async Task ContinueOnCancel(this Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // The server is stopping.
        }
    }
}
