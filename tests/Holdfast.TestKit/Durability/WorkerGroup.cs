namespace Holdfast.TestKit.Durability;

/// <summary>
/// Workers at one node, until they are told to stop, are cancelled, or get no answer. The caller that they share goes with them.
/// </summary>
public sealed class WorkerGroup<T>
{
    const int MaxMisses = 3;

    readonly IDisposable _caller;
    readonly Func<T, CancellationToken, Task<bool>> _step;
    volatile StepCount _steps;
    volatile bool _isStopped;

    /// <param name="caller">Disposed when the last worker has ended.</param>
    /// <param name="step">One step of a worker; false when the server did not answer.</param>
    public WorkerGroup(
        IDisposable caller, IReadOnlyList<T> workloads, Func<T, CancellationToken, Task<bool>> step, StepCount steps, CancellationToken ct)
    {
        (_caller, Workloads, _step, _steps) = (caller, workloads, step, steps);
        Ended = EndAsync([.. workloads.Select(workload => WorkAsync(workload, ct))]);
    }

    public IReadOnlyList<T> Workloads { get; }

    public Task Ended { get; }

    /// <summary>Counts what is done from here on.</summary>
    public void Count(StepCount steps) => _steps = steps;

    /// <summary>Each worker ends after the step it is at.</summary>
    public void Stop() => _isStopped = true;

    // Without a grace age a download may be broken off under way: what it reads is deleted and collected. So one miss is not the end.
    async Task WorkAsync(T workload, CancellationToken ct)
    {
        for (var misses = 0; misses < MaxMisses && !_isStopped && !ct.IsCancellationRequested;)
        {
            if (await _step(workload, ct))
                _steps.Add();
            else
                misses++;
        }
    }

    async Task EndAsync(Task[] workers)
    {
        await Task.WhenAll(workers);
        _caller.Dispose();
    }
}

/// <summary>Counts steps and tells when there were enough. Thread safe.</summary>
public sealed class StepCount(int enough)
{
    readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _steps;

    public Task Reached => _reached.Task;

    public void Add()
    {
        if (Interlocked.Increment(ref _steps) == enough)
            _reached.TrySetResult();
    }
}
