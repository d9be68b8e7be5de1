namespace Holdfast.Core.Content.Upkeep;

/// <summary>
/// Tells background work that there is something to do now, and those who wait that it is done. Only an optimisation within one node: other
/// nodes find the work by looking. Thread safe.
/// </summary>
public sealed class UpkeepSignal(Catalog.Catalog catalog) : IDisposable
{
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    readonly SemaphoreSlim _work = new(0, 1);

    /// <summary>A composite without a digest was made.</summary>
    public void DigestWanted(ContentRef? content)
    {
        if (content is not { Digest: null } || _work.CurrentCount > 0)
            return;
        try
        {
            _work.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another request said so at the same time.
        }
    }

    /// <summary>Returns when there is work, or after <paramref name="interval"/> to look for that of other nodes.</summary>
    public async Task WaitForWorkAsync(TimeSpan interval, CancellationToken ct) => await _work.WaitAsync(interval, ct);

    /// <summary>Returns when the composite's digest is known, or after <paramref name="atMost"/>; any node may have computed it.</summary>
    public async ValueTask WaitForDigestAsync(ContentRef content, TimeSpan atMost, CancellationToken ct)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(atMost);
        using var timer = new PeriodicTimer(PollInterval);
        try
        {
            do
            {
                if (await catalog.ReadAsync(tx => CompositeTable.FindDigestAsync(tx, content.CompositeId!.Value), ct) is not null)
                    return;
            }
            while (await timer.WaitForNextTickAsync(timeout.Token));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The time is up: the caller answers with what is known.
        }
    }

    public void Dispose() => _work.Dispose();
}
