using Holdfast.Core.Catalog;
using Holdfast.Core.Catalog.Schema;
using Holdfast.Protocol.Errors;
using Store = Holdfast.Core.Catalog.Catalog;

namespace Holdfast.TestKit.Catalog;

/// <summary>What every engine of the catalog promises. An engine's test class inherits it and says how to open a database of its own.</summary>
public abstract class CatalogSuite : IAsyncLifetime
{
    const string Insert = "INSERT INTO thing (id, name, bytes, number) VALUES ($1, $2, $3, $4)";
    const string FindName = "SELECT name FROM thing WHERE id = $1";
    const string Count = "SELECT COUNT(*) FROM thing";

    /// <summary>The foundation and, as step 2, tables for these tests.</summary>
    protected static IReadOnlyList<Migration> TestMigrations { get; } = [Migrations.All[0], new(2, "things", ThingsSqlite, ThingsPostgres)];

    protected MovableClock Clock { get; } = new();

    protected Store Catalog { get; private set; } = null!;

    const string ThingsSqlite = """
        CREATE TABLE thing (id BIGINT NOT NULL PRIMARY KEY, name TEXT, bytes BLOB, number BIGINT);
        CREATE TABLE counter (id BIGINT NOT NULL PRIMARY KEY, value BIGINT NOT NULL);
        INSERT INTO counter (id, value) VALUES (1, 0);
        """;

    const string ThingsPostgres = """
        CREATE TABLE thing (id BIGINT NOT NULL PRIMARY KEY, name TEXT, bytes BYTEA, number BIGINT);
        CREATE TABLE counter (id BIGINT NOT NULL PRIMARY KEY, value BIGINT NOT NULL);
        INSERT INTO counter (id, value) VALUES (1, 0);
        """;

    /// <summary>Opens the test's database, not migrated; again, when the engine opened before is disposed.</summary>
    protected abstract ValueTask<CatalogEngine> OpenAsync(IReadOnlyList<Migration> migrations);

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Catalog = new Store(await OpenAsync(TestMigrations));
        await Catalog.Engine.MigrateAsync(Ct);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Catalog.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_written_is_read_back()
    {
        var changed = await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, "one", new byte[] { 1, 0, 255 }, 7), Ct);

        var read = await Catalog.ReadAsync(
            s => s.FindAsync(
                "SELECT id, name, bytes, number, id > 0 FROM thing WHERE name = $1",
                static row => (row.GetInt64(0), row.GetString(1), row.GetBytes(2), row.GetInt32(3), row.GetBoolean(4)),
                "one"),
            Ct);
        Assert.Equal(1, changed);
        Assert.Equal((1L, "one", 7, true), (read.Item1, read.Item2, read.Item4, read.Item5));
        Assert.Equal([1, 0, 255], read.Item3);
    }

    [Fact]
    public async Task A_row_that_is_not_there_is_default()
    {
        Assert.Null(await Catalog.ReadAsync(s => s.FindAsync(FindName, static row => row.GetString(0), 404L), Ct));
        Assert.Empty(await Catalog.ReadAsync(s => s.ListAsync("SELECT id FROM thing", static row => row.GetInt64(0)), Ct));
        Assert.Equal(0, await Catalog.WriteAsync(s => s.ExecuteAsync("DELETE FROM thing WHERE id = $1", 404L), Ct));
    }

    [Fact]
    public async Task Nulls_go_in_and_come_out()
    {
        await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, null, null, null), Ct);
        await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 2L, "two", new byte[] { 2 }, 2L), Ct);
        await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 3L, null, null, null), Ct);

        var rows = await Catalog.ReadAsync(
            s => s.ListAsync(
                "SELECT name, bytes, number FROM thing ORDER BY id",
                static row => (row.FindString(0), row.FindBytes(1), row.FindInt64(2), row.FindInt32(2), row.IsNull(0))),
            Ct);
        Assert.Equal((null, null, null, null, true), rows[0]);
        Assert.Equal(("two", 2L, 2, false), (rows[1].Item1, rows[1].Item3, rows[1].Item4, rows[1].Item5));
        Assert.Equal(rows[0], rows[2]);
    }

    [Theory]
    [InlineData("SELECT number FROM thing WHERE id = 1")]
    [InlineData("SELECT bytes FROM thing WHERE id = 1")]
    public async Task Getting_a_null_is_a_fault(string sql)
    {
        await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, null, null, null), Ct);

        await Assert.ThrowsAsync<InvalidCastException>(
            () => Catalog.ReadAsync(
                s => s.FindAsync(sql, static row => row.GetInt64(0) + row.GetSpan(0).Length + row.GetString(0).Length), Ct).AsTask());
    }

    [Fact]
    public async Task Empty_text_and_empty_bytes_are_not_null()
    {
        await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, "", Array.Empty<byte>(), 0L), Ct);

        var row = await Catalog.ReadAsync(
            s => s.FindAsync(
                "SELECT name, bytes, number FROM thing WHERE id = 1",
                static row => (row.FindString(0), row.FindBytes(1), row.FindInt64(2), row.GetSpan(1).Length)),
            Ct);
        Assert.Equal(("", 0L, 0), (row.Item1, row.Item3, row.Item4));
        Assert.Equal([], row.Item2!);
    }

    [Fact]
    public async Task Arguments_are_named_by_number_not_by_place()
    {
        var row = await Catalog.ReadAsync(
            s => s.FindAsync(
                "SELECT number, name FROM (SELECT 5 AS number, 'b' AS name) AS t WHERE name = $2 AND number = $1 AND $2 = 'b'",
                static row => (row.GetInt32(0), row.GetString(1)),
                5L,
                "b"),
            Ct);

        Assert.Equal((5, "b"), row);
    }

    [Fact]
    public async Task Blobs_are_compared_as_bytes()
    {
        byte[][] keys = [[0xff], [], [0x61, 0x00], [0x61], [0x61, 0x62], [0x7f], [0x80], [0xc3, 0xa4], [0x41]];
        for (var i = 0; i < keys.Length; i++)
        {
            var (id, key) = (i, keys[i]);
            await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, (long)id, null, key, null), Ct);
        }

        var sorted = await Catalog.ReadAsync(s => s.ListAsync("SELECT bytes FROM thing ORDER BY bytes", static row => row.GetBytes(0)), Ct);
        var after = await Catalog.ReadAsync(
            s => s.ListAsync("SELECT bytes FROM thing WHERE bytes > $1", static row => row.GetBytes(0), new byte[] { 0x80 }), Ct);

        Assert.Equal(keys.Order(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))), sorted);
        Assert.Equal(2, after.Count);
    }

    [Fact]
    public async Task Memory_is_bound_and_rows_are_copied_out()
    {
        var bytes = new byte[] { 9, 1, 2, 3, 9 };
        await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, null, (ReadOnlyMemory<byte>)bytes.AsMemory(1, 3), null), Ct);

        var copied = new byte[4];
        var length = await Catalog.ReadAsync(s => s.FindAsync("SELECT bytes FROM thing", row => row.CopyBytes(0, copied)), Ct);
        Assert.Equal(3, length);
        Assert.Equal([1, 2, 3, 0], copied);
    }

    [Fact]
    public async Task Large_blobs_survive()
    {
        var bytes = new byte[5 << 20];
        new Random(1).NextBytes(bytes);
        await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, null, bytes, null), Ct);

        var read = await Catalog.ReadAsync(s => s.FindAsync("SELECT bytes FROM thing", static row => row.GetBytes(0)), Ct);
        Assert.True(bytes.AsSpan().SequenceEqual(read));
    }

    [Fact]
    public async Task Unicode_text_survives()
    {
        const string text = "naïve — 你好 🦀\n\t'\";";
        await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, 1L, text, null, null), Ct);

        Assert.Equal(text, await Catalog.ReadAsync(s => s.FindAsync(FindName, static row => row.GetString(0), 1L), Ct));
    }

    [Fact]
    public async Task Doubles_survive()
    {
        var row = await Catalog.ReadAsync(
            s => s.FindAsync("SELECT number * 0.5 FROM (SELECT 3 AS number) AS t WHERE 2.5 = $1", static row => row.GetDouble(0), 2.5), Ct);

        Assert.Equal(1.5, row);
    }

    [Fact]
    public async Task A_returning_statement_takes_effect_on_all_rows()
    {
        await Catalog.WriteAsync(s => s.ExecuteAsync("INSERT INTO thing (id, number) VALUES (1, 1), (2, 1), (3, 1)"), Ct);

        var first = await Catalog.WriteAsync(
            s => s.FindAsync("UPDATE thing SET number = number + 1 RETURNING number", static row => row.GetInt64(0)), Ct);

        Assert.Equal(2, first);
        Assert.Equal(6, await Catalog.ReadAsync(s => s.FindAsync("SELECT CAST(SUM(number) AS BIGINT) FROM thing", static row => row.GetInt64(0)), Ct));
    }

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
            return await s.ExecuteAsync(
                "INSERT INTO counter (id, value) SELECT 2, value FROM counter WHERE id = 1 ON CONFLICT (id) DO UPDATE SET value = excluded.value");
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
            s => s.ListAsync("SELECT number, name FROM schema_version ORDER BY number", static row => (row.GetInt32(0), row.GetString(1))), Ct);
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

    protected ValueTask<long> CountAsync() => Catalog.ReadAsync(s => s.FindAsync(Count, static row => row.GetInt64(0)), Ct);

    ValueTask<long> CounterAsync() =>
        Catalog.ReadAsync(s => s.FindAsync("SELECT value FROM counter WHERE id = 1", static row => row.GetInt64(0)), Ct);

    ValueTask<long> NowAsync() => Catalog.ReadAsync(s => s.FindAsync("SELECT db_now()", static row => row.GetInt64(0)), Ct);
}
