using System.Diagnostics.Metrics;
using Holdfast.Core.Catalog;
using Holdfast.Core.Catalog.Schema;
using Holdfast.Protocol.Errors;
using Holdfast.TestKit.Catalog;

namespace Holdfast.Core.Tests.Catalog;

/// <summary>What is SQLite's own: many writes share a commit, and each keeps its own outcome.</summary>
public sealed class SqliteGroupTests : CatalogFixture
{
    readonly SqliteDatabase _database = new();

    [Fact]
    public async Task Writes_that_wait_together_share_commits()
    {
        using var groups = new MeasuredGroups(Catalog.Engine.Metrics);
        using var gate = new ManualResetEventSlim();
        var blocker = BlockAsync(gate);
        var writes = Enumerable.Range(0, 200).Select(i => InsertAsync(i)).ToList();

        gate.Set();
        await blocker;
        await Task.WhenAll(writes);

        Assert.Equal(200, await CountAsync());
        Assert.Equal(201, groups.Members);
        Assert.InRange(groups.Count, 1, 50);
    }

    [Fact]
    public async Task Those_that_fail_after_changes_take_back_their_own_and_the_others_stay()
    {
        using var groups = new MeasuredGroups(Catalog.Engine.Metrics);
        using var gate = new ManualResetEventSlim();
        var blocker = BlockAsync(gate);
        var runs = new int[90];
        var writes = Enumerable.Range(0, runs.Length)
            .Select(i => i % 3 == 1 ? FailAfterInsertAsync(i) : i % 3 == 2 ? FailAsync(i) : RunAsync(i)).ToList();

        gate.Set();
        await blocker;
        var outcomes = await Task.WhenAll(writes.Select(async write => await Record.ExceptionAsync(() => write)));

        Assert.Equal(Enumerable.Range(0, runs.Length).Select(i => i % 3 != 0), outcomes.Select(outcome => outcome is FormatException));
        Assert.Equal(30, await CountAsync());
        Assert.All(runs, count => Assert.InRange(count, 1, 2));
        Assert.InRange(groups.Count, 1, 30);

        Task<int> RunAsync(int id) => Catalog.WriteAsync(s => s.ExecuteAsync(Insert, Counted(id), "x", null, null), Ct).AsTask();

        Task<int> FailAsync(int id) => Catalog.WriteAsync<int>(_ => throw new FormatException($"{Counted(id)}"), Ct).AsTask();

        Task<int> FailAfterInsertAsync(int id) => Catalog.WriteAsync<int>(
            async s =>
            {
                await s.ExecuteAsync(Insert, Counted(id), "x", null, null);
                throw new FormatException("after a change");
            },
            Ct).AsTask();

        long Counted(int id)
        {
            runs[id]++;
            return id;
        }
    }

    [Fact]
    public async Task A_table_s_version_grows_before_a_change_is_answered_and_with_no_other_table_s()
    {
        var before = Catalog.Engine.VersionOf("thing");

        await InsertAsync(1);
        var inserted = Catalog.Engine.VersionOf("thing");
        await CountAsync();
        await Catalog.WriteAsync(s => s.FindAsync("SELECT COUNT(*) FROM thing", row => row.GetInt64(0)), Ct);
        var read = Catalog.Engine.VersionOf("thing");
        await Catalog.WriteAsync(s => s.ExecuteAsync("DELETE FROM thing WHERE id = $1", 1L), Ct);

        Assert.True(inserted > before);
        Assert.Equal(inserted, read);
        Assert.True(Catalog.Engine.VersionOf("thing") > read);
        Assert.Equal(0, Catalog.Engine.VersionOf("another"));
    }

    [Fact]
    public async Task A_write_cancelled_while_it_waits_is_never_run()
    {
        using var gate = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var blocker = BlockAsync(gate);
        var write = Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, "x", null, null), cancel.Token).AsTask();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        gate.Set();
        await blocker;

        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_write_cancelled_after_it_started_completes()
    {
        using var cancel = new CancellationTokenSource();

        var changed = await Catalog.WriteAsync(
            s =>
            {
                cancel.Cancel();
                return s.ExecuteAsync(Insert, 1L, "x", null, null);
            },
            cancel.Token);

        Assert.Equal((1, 1), (changed, await CountAsync()));
    }

    [Fact]
    public async Task Work_that_waits_for_something_else_is_taken_back()
    {
        var never = new TaskCompletionSource();

        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await Catalog.WriteAsync(
                async s =>
                {
                    await s.ExecuteAsync(Insert, 1L, "x", null, null);
                    await never.Task;
                    return await s.ExecuteAsync(Insert, 2L, "y", null, null);
                },
                Ct));
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await Catalog.ReadAsync(
                async s =>
                {
                    await never.Task;
                    return 0;
                },
                Ct));
        never.SetResult(); // the stray work goes on and finds its session ended

        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task Reads_go_on_while_the_writer_is_busy()
    {
        using var gate = new ManualResetEventSlim();
        var blocker = BlockAsync(gate);

        Assert.Equal(0, await CountAsync());

        Assert.False(blocker.IsCompleted);
        gate.Set();
        await blocker;
    }

    [Fact]
    public async Task Closing_finishes_what_is_queued_and_takes_no_more()
    {
        using var gate = new ManualResetEventSlim();
        var blocker = BlockAsync(gate);
        var writes = Enumerable.Range(0, 20).Select(i => InsertAsync(i)).ToList();

        var closing = Catalog.DisposeAsync();
        var late = await Assert.ThrowsAsync<StoreException>(() => InsertAsync(100));
        gate.Set();
        await closing;
        await Task.WhenAll(writes.Append(blocker));
        var lateRead = await Assert.ThrowsAsync<StoreException>(async () => await CountAsync());

        Assert.Equal((StoreError.ShuttingDown, StoreError.ShuttingDown), (late.Error, lateRead.Error));
        Assert.False(File.Exists(_database.LogPath));
        await InitializeAsync();
        Assert.Equal(20, await CountAsync());
    }

    protected override ValueTask<CatalogEngine> OpenAsync(IReadOnlyList<Migration> migrations) => new(_database.Open(migrations, Clock));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _database.Dispose();
    }

    Task<int> InsertAsync(long id) => Catalog.WriteAsync(s => s.ExecuteAsync(Insert, id, "x", null, null), Ct).AsTask();

    /// <summary>Holds the writer's thread inside a member until <paramref name="gate"/> opens.</summary>
    Task<int> BlockAsync(ManualResetEventSlim gate) => Catalog.WriteAsync(
        _ =>
        {
            gate.Wait(Ct);
            return new ValueTask<int>(0);
        },
        Ct).AsTask();

    /// <summary>Counts the groups of one engine and their members.</summary>
    sealed class MeasuredGroups : IDisposable
    {
        readonly MeterListener _listener = new();

        public MeasuredGroups(CatalogMetrics metrics)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, metrics) && instrument.Name == "holdfast.catalog.group.size")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<int>((_, members, _, _) =>
            {
                Count++;
                Members += members;
            });
            _listener.Start();
        }

        public int Count { get; private set; }

        public int Members { get; private set; }

        public void Dispose() => _listener.Dispose();
    }
}
