using Holdfast.Core.Content.Upkeep;
using Holdfast.Protocol.Errors;

namespace Holdfast.Server.Admin;

/// <summary>One full scrub and how far it is.</summary>
public sealed class ScrubRun(DateTimeOffset startedAt)
{
    public DateTimeOffset StartedAt { get; } = startedAt;

    public ScrubProgress Progress { get; private set; } = new(0, 0, 0, 0);

    public bool IsRunning { get; private set; } = true;

    /// <summary>Why it ended early; null when it did not.</summary>
    public string? Failure { get; private set; }

    internal async Task GoAsync(Scrub scrub, CancellationToken ct)
    {
        await Task.Yield();
        try
        {
            Progress = await scrub.RunAsync(0, TimeSpan.Zero, progress => Progress = progress, ct);
        }
        catch (OperationCanceledException)
        {
            Failure = "the server is stopping";
        }
        catch (StoreException refusal)
        {
            Failure = refusal.Message;
        }
        finally
        {
            IsRunning = false;
        }
    }
}
