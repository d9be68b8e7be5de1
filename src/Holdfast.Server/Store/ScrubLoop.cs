using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Core.Content.Upkeep;
using Holdfast.Protocol.Errors;
using Holdfast.Server.Hosting.Settings;

namespace Holdfast.Server.Store;

/// <summary>The scrub at leisure: every blob is re-hashed once in <c>scrub.interval</c>, slowly.</summary>
public sealed partial class ScrubLoop(
    Catalog catalog,
    ContentReads reads,
    DamageReports damage,
    HoldfastSettings settings,
    TimeProvider clock,
    ILogger<ScrubLoop> log)
{
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    public async Task RunAsync(CancellationToken ct)
    {
        var scrub = new Scrub(catalog, reads, damage, clock, settings.Scrub.BytesPerSecond);
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Pause, clock, ct);
                var seen = await scrub.RunAsync(0, settings.Scrub.Interval, _ => { }, ct);
                if (seen.Blobs > 0)
                    LogPass(seen.Blobs, seen.Bytes, seen.Damaged);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (StoreException refusal)
            {
                LogFault(refusal.Message);
            }
        }
    }

    [LoggerMessage(2020, LogLevel.Information, "scrub: {Blobs} blobs, {Bytes} bytes re-hashed, {Damaged} damaged")]
    partial void LogPass(long blobs, long bytes, long damaged);

    [LoggerMessage(2021, LogLevel.Error, "scrub stopped and starts again later: {Reason}")]
    partial void LogFault(string reason);
}
