using System.Net;
using System.Net.Sockets;
using Holdfast.Core.Catalog;
using Holdfast.Core.Catalog.Postgres;
using Holdfast.Core.Catalog.Schema;
using Holdfast.Protocol.Errors;
using Holdfast.TestKit.Catalog;
using Holdfast.TestKit.Peers;

namespace Holdfast.Core.Tests.Catalog;

/// <summary>What is PostgreSQL's own: work is run again after a conflict or a lost connection, and nodes share the database.</summary>
public sealed class PostgresEngineTests : CatalogFixture
{
    const string KillOwnConnection = "SELECT pg_terminate_backend(pg_backend_pid())";
    const string Increment = "UPDATE counter SET value = value + 1 WHERE id = $1";

    string? _address;

    [Fact]
    public async Task Work_that_ends_in_a_deadlock_is_run_again()
    {
        await Catalog.WriteAsync(s => s.ExecuteAsync("INSERT INTO counter (id, value) VALUES (2, 0)"), Ct);
        using var bothHoldOne = new Barrier(2);
        var runs = 0;

        await Task.WhenAll(Task.Run(() => IncrementBothAsync(1, 2), Ct), Task.Run(() => IncrementBothAsync(2, 1), Ct));

        Assert.True(runs >= 3, $"{runs} runs");
        var values = await Catalog.ReadAsync(s => s.ListAsync("SELECT value FROM counter", static row => row.GetInt64(0)), Ct);
        Assert.Equal([2L, 2L], values);

        async Task IncrementBothAsync(long first, long second) => await Catalog.WriteAsync(
            async s =>
            {
                await s.ExecuteAsync(Increment, first);
                if (Interlocked.Increment(ref runs) <= 2)
                {
                    bothHoldOne.SignalAndWait(TimeSpan.FromSeconds(30), Ct);
                }
                return await s.ExecuteAsync(Increment, second);
            },
            Ct);
    }

    [Fact]
    public async Task Work_whose_connection_is_lost_before_the_commit_is_run_again_whole()
    {
        var runs = 0;

        await Catalog.WriteAsync(
            async s =>
            {
                var changed = await s.ExecuteAsync(Increment, 1L);
                return ++runs < 3 ? await s.ExecuteAsync(KillOwnConnection) : changed;
            },
            Ct);

        Assert.Equal(3, runs);
        Assert.Equal(1, await CounterAsync());
    }

    [Fact]
    public async Task Reads_whose_connection_is_lost_are_run_again()
    {
        var runs = 0;

        var value = await Catalog.ReadAsync(
            s => s.FindAsync(++runs < 3 ? KillOwnConnection : "SELECT value FROM counter", static row => row.GetInt64(0)), Ct);

        Assert.Equal((3, 0), (runs, value));
    }

    [Fact]
    public async Task Work_whose_connection_is_always_lost_is_refused_in_the_end()
    {
        var refusal = await Assert.ThrowsAsync<StoreException>(
            async () => await Catalog.WriteAsync(s => s.ExecuteAsync(KillOwnConnection), Ct));

        Assert.Equal(StoreError.CatalogUnavailable, refusal.Error);
    }

    [Fact]
    public async Task A_connection_lost_during_the_commit_leaves_the_outcome_open_and_is_not_tried_again()
    {
        await Catalog.WriteAsync(
            s => s.ExecuteAsync("""
                CREATE FUNCTION die() RETURNS TRIGGER LANGUAGE plpgsql AS
                    'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
                CREATE CONSTRAINT TRIGGER die AFTER UPDATE ON counter DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die();
                """),
            Ct);
        var runs = 0;

        var refusal = await Assert.ThrowsAsync<StoreException>(
            async () => await Catalog.WriteAsync(
                s =>
                {
                    runs++;
                    return s.ExecuteAsync(Increment, 1L);
                },
                Ct));

        Assert.Equal((StoreError.CatalogUnavailable, 1), (refusal.Error, runs));
        Assert.Contains("whether the change took effect is unknown", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_that_start_together_migrate_once()
    {
        var address = await (await PostgresServer.GetSharedAsync()).CreateDatabaseAsync();
        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync(address, TestMigrations)));

        await Task.WhenAll(nodes.Select(static node => node.MigrateAsync(Ct).AsTask()));

        var steps = await nodes[0].ReadAsync(s => s.ListAsync("SELECT number FROM schema_version", static row => row.GetInt32(0)), Ct);
        Assert.Equal([1, 2], steps.Order());
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Rows_are_claimed_by_one_worker_each()
    {
        await Catalog.WriteAsync(s => s.ExecuteAsync("INSERT INTO thing (id) SELECT generate_series(1, 40)"), Ct);
        var claim = $"SELECT id FROM thing WHERE number IS NULL ORDER BY id LIMIT 5 {Catalog.Engine.ClaimRows}";

        var claimed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Catalog.WriteAsync(
            async s =>
            {
                var ids = await s.ListAsync(claim, static row => row.GetInt64(0));
                foreach (var id in ids)
                {
                    await s.ExecuteAsync("UPDATE thing SET number = 1 WHERE id = $1", id);
                }
                return ids;
            },
            Ct).AsTask()));

        var all = claimed.SelectMany(static ids => ids).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
    }

    [Fact]
    public async Task The_machine_clock_is_used_when_no_other_is_given()
    {
        await using var engine = await PostgresEngine.OpenAsync(new PostgresOptions { Address = _address! }, TestMigrations, Ct);

        var now = await engine.ReadAsync(s => s.FindAsync("SELECT db_now()", static row => row.GetInt64(0)), Ct);

        var machine = DateTimeOffset.UtcNow;
        Assert.InRange(CatalogTime.FromMicros(now), machine.AddMinutes(-5), machine.AddMinutes(5));
        Assert.StartsWith("1", engine.Version, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_as_unavailable()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound, not listening: nobody else gets the port
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;

        var refusal = await Assert.ThrowsAsync<StoreException>(() => OpenAsync($"postgres://u:secret@127.0.0.1:{port}/db", TestMigrations));

        Assert.Equal(StoreError.CatalogUnavailable, refusal.Error);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    protected override async ValueTask<CatalogEngine> OpenAsync(IReadOnlyList<Migration> migrations)
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        _address ??= await (await PostgresServer.GetSharedAsync()).CreateDatabaseAsync();
        return await OpenAsync(_address, migrations);
    }

    async Task<PostgresEngine> OpenAsync(string address, IReadOnlyList<Migration> migrations) =>
        await PostgresEngine.OpenAsync(
            new PostgresOptions { Address = address, Time = Clock, MaxWriters = 8, MaxReaders = 4 }, migrations, Ct);

    ValueTask<long> CounterAsync() =>
        Catalog.ReadAsync(s => s.FindAsync("SELECT value FROM counter WHERE id = 1", static row => row.GetInt64(0)), Ct);
}
