namespace Holdfast.Core.Blobs.Files;

/// <summary>
/// Threads for calls that wait for the medium. There is no asynchronous fsync, and on the thread pool, which starts with a thread a core,
/// a crowd of small uploads would hold every thread and stop all other requests. Threads are started when there is more to do than
/// idle threads, at most <paramref name="limit"/>, and then stay. Thread safe.
/// </summary>
sealed class DiskThreads(int limit) : IDisposable
{
    const int StackBytes = 256 * 1024;

    readonly Queue<Action> _waiting = new();
    int _threads;
    int _idle;
    bool _stopped;

    /// <summary>Runs <paramref name="work"/> to its end on one of the threads.</summary>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception fault)
            {
                done.SetException(fault);
            }
        });
        return done.Task;
    }

    public Task RunAsync(Action work) => RunAsync(() =>
    {
        work();
        return true;
    });

    public void Dispose()
    {
        lock (_waiting)
        {
            _stopped = true;
            Monitor.PulseAll(_waiting);
        }
    }

    void Enqueue(Action item)
    {
        lock (_waiting)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            _waiting.Enqueue(item);
            if (_idle >= _waiting.Count || _threads == limit)
            {
                Monitor.Pulse(_waiting);
                return;
            }

            _threads++;
        }

        new Thread(Loop, StackBytes) { IsBackground = true, Name = "holdfast disk" }.UnsafeStart();
    }

    void Loop()
    {
        while (Next() is { } item)
            item();
    }

    /// <summary>Null when stopped and nothing is left to do.</summary>
    Action? Next()
    {
        lock (_waiting)
        {
            _idle++;
            while (_waiting.Count == 0 && !_stopped)
                Monitor.Wait(_waiting);
            _idle--;
            return _waiting.TryDequeue(out var item) ? item : null;
        }
    }
}
