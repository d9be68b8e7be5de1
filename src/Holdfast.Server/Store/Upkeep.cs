using Holdfast.Core.Content.Upkeep;
using Holdfast.Core.Objects;
using Holdfast.Core.Repositories.Retention;
using Holdfast.Protocol.Errors;
using Holdfast.Server.Hosting.Settings;

namespace Holdfast.Server.Store;

/// <summary>
/// The node's background work, one loop each. Each step claims its rows, so any number of nodes share it. A fault is logged and the loop
/// goes on.
/// </summary>
public sealed partial class Upkeep(
    Collection collection,
    Digesting digesting,
    UpkeepSignal signal,
    LocalSweep sweep,
    RetentionRun retention,
    PullTimes pulls,
    Watch watch,
    HoldfastSettings settings,
    ILogger<Upkeep> log) : BackgroundService
{
    static readonly TimeSpan LookForComposites = TimeSpan.FromSeconds(5);

    static readonly TimeSpan PullTimesEvery = TimeSpan.FromSeconds(5);

    static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        LoopAsync("collection", collection.RunAsync, ct => Task.Delay(settings.Collection.Interval, ct), stoppingToken),
        LoopAsync("hashing", digesting.RunAsync, ct => signal.WaitForWorkAsync(LookForComposites, ct), stoppingToken),
        LoopAsync("sweep", sweep.RunAsync, ct => Task.Delay(SweepEvery, ct), stoppingToken),
        LoopAsync("retention", retention.RunAllAsync, ct => Task.Delay(settings.Retention.Interval, ct), stoppingToken),
        LoopAsync("pulls", pulls.FlushAsync, ct => Task.Delay(PullTimesEvery, ct), stoppingToken),
        watch.RunAsync(stoppingToken));

    async Task LoopAsync(string name, Func<CancellationToken, ValueTask> step, Func<CancellationToken, Task> pause, CancellationToken ct)
    {
        await Task.Yield();
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await step(ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                LogFault(name, fault is StoreException ? fault.Message : fault.ToString());
            }
            await pause(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(2001, LogLevel.Error, "background work '{Name}' failed and is tried again: {Reason}")]
    partial void LogFault(string name, string reason);
}

/// <summary>Finds the digests of what was put together from parts, and what those objects are as artifacts.</summary>
public sealed class Digesting(CompositeHashing hashing, ArtifactNaming naming)
{
    public async ValueTask RunAsync(CancellationToken ct)
    {
        while (await naming.RunOnceAsync(ct) | await hashing.RunOnceAsync(ct))
        {
        }
        await naming.RunOnceAsync(ct);
    }
}
