using Holdfast.Core.Blobs.Files;

namespace Holdfast.Core.Tests.Blobs.Files;

public sealed class DiskThreadsTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task As_many_calls_as_allowed_run_at_once_and_the_others_follow()
    {
        using var threads = new DiskThreads(3);
        using var gate = new SemaphoreSlim(0);
        using var started = new SemaphoreSlim(0);
        var running = 0;
        var most = 0;
        var all = Enumerable.Range(0, 10).Select(_ => threads.RunAsync(() =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            started.Release();
            gate.Wait(Ct);
            Interlocked.Decrement(ref running);
        })).ToList();

        for (var i = 0; i < 3; i++)
            await started.WaitAsync(Ct);
        gate.Release(10);
        await Task.WhenAll(all);

        Assert.Equal(3, most);
    }

    [Fact]
    public async Task No_call_runs_on_the_thread_pool()
    {
        using var threads = new DiskThreads(1);

        Assert.False(await threads.RunAsync(() => Thread.CurrentThread.IsThreadPoolThread));
    }

    [Fact]
    public async Task A_fault_reaches_the_caller_and_the_thread_goes_on()
    {
        using var threads = new DiskThreads(1);

        await Assert.ThrowsAsync<TimeoutException>(() => threads.RunAsync(() => throw new TimeoutException()));

        Assert.Equal(7, await threads.RunAsync(() => 7));
    }

    [Fact]
    public async Task What_was_begun_is_finished_after_the_end_and_nothing_new_is_taken()
    {
        var threads = new DiskThreads(1);
        using var gate = new SemaphoreSlim(0);
        var first = threads.RunAsync(() => gate.Wait(Ct));
        var second = threads.RunAsync(() => 2);

        threads.Dispose();
        gate.Release();

        await first;
        Assert.Equal(2, await second);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => threads.RunAsync(() => 3));
    }

    static void InterlockedMax(ref int target, int value)
    {
        for (var seen = target; seen < value;)
            seen = Interlocked.CompareExchange(ref target, value, seen);
    }
}
