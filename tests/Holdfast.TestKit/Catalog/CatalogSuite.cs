using Holdfast.Core.Catalog;
using Holdfast.Protocol.Errors;

namespace Holdfast.TestKit.Catalog;

/// <summary>What every engine of the catalog promises. An engine's test class inherits it and says how to open a database.</summary>
public abstract class CatalogSuite : CatalogValuesSuite
{
    [Fact]
    public async Task An_exception_takes_back_its_own_work_only()
    {
        var good = Enumerable.Range(0, 20).Select(i => WriteAsync(i, fail: false));
        var bad = Enumerable.Range(100, 20).Select(i => WriteAsync(i, fail: true));

        var outcomes = await Task.WhenAll(good.Concat(bad).OrderBy(_ => Guid.NewGuid()).ToList());

        Assert.Equal(20, outcomes.Count(static failed => !failed));
        var ids = await Catalog.ReadAsync(s => s.ListAsync("SELECT id FROM thing ORDER BY id", static row => row.GetInt32(0)), Ct);
        Assert.Equal(Enumerable.Range(0, 20), ids);

        async Task<bool> WriteAsync(int id, bool fail)
        {
            try
            {
                return await Catalog.WriteAsync(
                    async s =>
                    {
                        await s.ExecuteAsync(Insert, (long)id, "x", null, null);
                        return fail ? throw new StoreException(StoreError.PreconditionFailed, $"no {id}") : false;
                    },
                    Ct);
            }
            catch (StoreException refusal)
            {
                Assert.Equal(StoreError.PreconditionFailed, refusal.Error);
                return true;
            }
        }
    }

    [Fact]
    public async Task A_violated_constraint_is_told_and_takes_back_the_work()
    {
        await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, "first", null, null), Ct);

        await Assert.ThrowsAsync<CatalogConstraintException>(
            async () => await Catalog.WriteAsync(
                async s =>
                {
                    await s.ExecuteAsync(Insert, 2L, "second", null, null);
                    return await s.ExecuteAsync(Insert, 1L, "again", null, null);
                },
                Ct));

        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Wrong_sql_is_a_fault_and_harms_nobody_else()
    {
        var wrong = Catalog.WriteAsync(s => s.ExecuteAsync("INSERT INTO nothing (id) VALUES (1)"), Ct).AsTask();
        var right = Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, "x", null, null), Ct).AsTask();

        var fault = await Assert.ThrowsAnyAsync<Exception>(() => wrong);
        Assert.IsNotType<StoreException>(fault);
        Assert.Equal(1, await right);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Concurrent_writers_lose_nothing()
    {
        const int writers = 16;
        const int rounds = 25;

        await Task.WhenAll(Enumerable.Range(0, writers).Select(async _ =>
        {
            for (var i = 0; i < rounds; i++)
            {
                await Catalog.WriteAsync(s => s.ExecuteAsync("UPDATE counter SET value = value + 1 WHERE id = 1"), Ct);
            }
        }));

        Assert.Equal(writers * rounds, await CounterAsync());
    }

    [Fact]
    public async Task Of_conflicting_conditional_updates_exactly_one_wins()
    {
        for (var round = 0; round < 10; round++)
        {
            var before = await CounterAsync();
            var changed = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Catalog.WriteAsync(
                s => s.ExecuteAsync("UPDATE counter SET value = $1 WHERE id = 1 AND value = $2", before + 1 + i, before), Ct).AsTask()));
            Assert.Equal(1, changed.Sum());
        }
    }

    [Fact]
    public async Task Of_concurrent_inserts_of_one_key_exactly_one_wins()
    {
        for (var round = 0; round < 10; round++)
        {
            var key = (long)round;
            var changed = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Catalog.WriteAsync(
                s => s.ExecuteAsync("INSERT INTO thing (id, number) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", key, i), Ct).AsTask()));
            Assert.Equal(1, changed.Sum());
        }
    }

    [Fact]
    public async Task A_read_sees_only_what_is_committed_and_one_state_of_it()
    {
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    await Catalog.WriteAsync(MoveBothAsync, Ct);
                }
            },
            Ct);

        for (var i = 0; i < 200; i++)
        {
            var (number, value) = await Catalog.ReadAsync(ReadBothAsync, Ct);
            Assert.Equal(value, number);
        }
        await stop.CancelAsync();
        await writer;

        static async ValueTask<int> MoveBothAsync(CatalogSession s)
        {
            await s.ExecuteAsync("UPDATE counter SET value = value + 1 WHERE id = 1");
            return await s.ExecuteAsync("""
                INSERT INTO counter (id, value) SELECT 2, value FROM counter WHERE id = 1
                ON CONFLICT (id) DO UPDATE SET value = excluded.value
                """);
        }

        static async ValueTask<(long Number, long Value)> ReadBothAsync(CatalogSession s)
        {
            const string find = "SELECT COALESCE(MAX(value), 0) FROM counter WHERE id = $1";
            var first = await s.FindAsync(find, static row => row.GetInt64(0), 1L);
            var second = await s.FindAsync(find, static row => row.GetInt64(0), 2L);
            return (first, second);
        }
    }

    [Fact]
    public async Task A_write_sees_its_own_changes()
    {
        var name = await Catalog.WriteAsync(
            async s =>
            {
                await s.ExecuteAsync(Insert, 1L, "mine", null, null);
                return await s.FindAsync(FindName, static row => row.GetString(0), 1L);
            },
            Ct);

        Assert.Equal("mine", name);
    }

    [Fact]
    public async Task A_read_cannot_write()
    {
        await Assert.ThrowsAnyAsync<Exception>(
            async () => await Catalog.ReadAsync(
                async s =>
                {
                    await s.FindAsync(Count, static row => row.GetInt64(0));
                    return await s.ExecuteAsync(Insert, 1L, "x", null, null);
                },
                Ct));

        Assert.Equal(0, await CountAsync());
    }

    [Theory]
    [InlineData("UPDATE counter SET value = 99 RETURNING value")]
    [InlineData("INSERT INTO counter (id, value) VALUES (2, 99) RETURNING value")]
    [InlineData("DELETE FROM counter RETURNING value")]
    public async Task A_read_of_one_statement_cannot_write(string sql)
    {
        await Assert.ThrowsAnyAsync<Exception>(
            async () => await Catalog.ReadAsync(s => s.FindAsync(sql, static row => row.GetInt64(0)), Ct));

        Assert.Equal([0L], await Catalog.ReadAsync(s => s.ListAsync("SELECT value FROM counter", static row => row.GetInt64(0)), Ct));
    }

    [Fact]
    public async Task A_cancelled_call_does_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, "x", null, null), cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Catalog.ReadAsync(s => s.FindAsync(Count, static row => row.GetInt64(0)), cancelled.Token));

        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_session_is_of_no_use_after_its_transaction()
    {
        CatalogSession? kept = null;
        await Catalog.WriteAsync(
            s =>
            {
                kept = s;
                return s.ExecuteAsync(Insert, 1L, "x", null, null);
            },
            Ct);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await kept!.ExecuteAsync(Insert, 2L, "y", null, null));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task The_database_clock_follows_the_given_clock()
    {
        var before = await NowAsync();
        Clock.Advance(TimeSpan.FromDays(400));
        var after = await NowAsync();
        var written = await Catalog.WriteAsync(s => s.FindAsync("SELECT db_now()", static row => row.GetInt64(0)), Ct);

        Assert.Equal(TimeSpan.FromDays(400), TimeSpan.FromMicroseconds(after - before));
        Assert.Equal((Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMicroseconds, after);
        Assert.Equal(after, written);
    }

    [Fact]
    public async Task What_was_written_outlives_the_engine()
    {
        await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, "kept", null, null), Ct);
        await Catalog.DisposeAsync();

        await InitializeAsync();

        Assert.Equal("kept", await Catalog.ReadAsync(s => s.FindAsync(FindName, static row => row.GetString(0), 1L), Ct));
    }

    [Fact]
    public async Task Migrating_again_changes_nothing_and_steps_are_recorded()
    {
        await Catalog.Engine.MigrateAsync(Ct);

        var steps = await Catalog.ReadAsync(
            s => s.ListAsync(
                "SELECT number, name FROM schema_version ORDER BY number", static row => (row.GetInt32(0), row.GetString(1))),
            Ct);
        Assert.Equal([(1, "foundation"), (2, "things")], steps);
    }

    [Fact]
    public async Task A_newer_schema_is_refused_with_both_numbers()
    {
        await Catalog.DisposeAsync();
        await using var older = await OpenAsync([TestMigrations[0]]);

        var refusal = await Assert.ThrowsAsync<StoreException>(async () => await older.MigrateAsync(Ct));

        Assert.Equal(StoreError.CatalogUnavailable, refusal.Error);
        Assert.Equal("the catalog's schema is version 2, this holdfastd knows up to 1: start a newer holdfastd", refusal.Message);
    }

    [Fact]
    public async Task A_step_that_fails_leaves_the_schema_as_it_was()
    {
        await Catalog.DisposeAsync();
        const string broken = "CREATE TABLE half (id BIGINT); CREATE TABLE thing (id BIGINT);";
        await using (var failing = await OpenAsync([.. TestMigrations, new(3, "broken", broken, broken)]))
        {
            await Assert.ThrowsAnyAsync<Exception>(async () => await failing.MigrateAsync(Ct));
        }
        const string mended = "CREATE TABLE half (id BIGINT);";
        await using var next = await OpenAsync([.. TestMigrations, new(3, "mended", mended, mended)]);

        await next.MigrateAsync(Ct);

        Assert.Equal("mended", await next.ReadAsync(
            s => s.FindAsync("SELECT name FROM schema_version WHERE number = 3", static row => row.GetString(0)), Ct));
    }

    ValueTask<long> CounterAsync() =>
        Catalog.ReadAsync(s => s.FindAsync("SELECT value FROM counter WHERE id = 1", static row => row.GetInt64(0)), Ct);

    ValueTask<long> NowAsync() => Catalog.ReadAsync(s => s.FindAsync("SELECT db_now()", static row => row.GetInt64(0)), Ct);
}
