namespace Holdfast.Bench.Machine;

/// <summary>Watches the resident memory of processes, ten times a second, until disposed.</summary>
public sealed class MemoryWatch : IAsyncDisposable
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    readonly int[] _processes;
    readonly CancellationTokenSource _stop = new();
    readonly Task _watching;
    long _peak;

    MemoryWatch(int[] processes)
    {
        _processes = processes;
        _watching = Task.Run(WatchAsync, CancellationToken.None);
    }

    /// <summary>The most seen so far, in bytes.</summary>
    public long Peak => Interlocked.Read(ref _peak);

    public static MemoryWatch Start(Subjects.Subject subject) => new([.. subject.Processes.Select(process => process.Id)]);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    async Task WatchAsync()
    {
        using PeriodicTimer timer = new(Interval);
        try
        {
            do
                Interlocked.Exchange(ref _peak, Math.Max(_peak, ProcessTree.ResidentBytes(_processes)));
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // Disposed: what was wanted.
        }
    }
}
