using Holdfast.Core.Content.Upkeep;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;

namespace Holdfast.Server.Store;

/// <summary>One kind of background work: a step that is run again and again, with a pause between.</summary>
public sealed record UpkeepLoop(string Name, Func<CancellationToken, ValueTask> Step, Func<CancellationToken, Task> Pause)
{
    public static UpkeepLoop Every(TimeSpan interval, string name, Func<CancellationToken, ValueTask> step) =>
        new(name, step, ct => Task.Delay(interval, ct));
}

/// <summary>
/// The node's background work, one loop each. Each step claims its rows, so any number of nodes share it. A fault is logged and the loop
/// goes on.
/// </summary>
public sealed partial class Upkeep(IEnumerable<UpkeepLoop> loops, Watch watch, ILogger<Upkeep> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        [.. loops.Select(loop => LoopAsync(loop, stoppingToken)), watch.RunAsync(stoppingToken)]);

    async Task LoopAsync(UpkeepLoop loop, CancellationToken ct)
    {
        await Task.Yield();
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await loop.Step(ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                LogFault(loop.Name, fault is StoreException ? fault.Message : fault.ToString());
            }
            await loop.Pause(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
        while (await hashing.RunOnceAsync(ct))
        {
        }
        await naming.RunOnceAsync(ct);
    }
}
