using Holdfast.Core.Catalog;
using Holdfast.Core.Catalog.Schema;
using Holdfast.Protocol.Errors;
using Holdfast.TestKit;
using Holdfast.TestKit.Catalog;

namespace Holdfast.Core.Tests.Catalog;

/// <summary>The write-ahead log: only the writer's connection writes or checkpoints it, and it stays within its bound.</summary>
public sealed class SqliteLogTests : CatalogFixture
{
    const long MaxLogBytes = 64 << 20;

    readonly SqliteDatabase _database = new();

    [Theory]
    [InlineData("PRAGMA query_only = OFF")]
    [InlineData("SELECT 1")]
    public async Task A_reading_connection_cannot_write_even_when_told_to(string first)
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await Catalog.ReadAsync(
                async s =>
                {
                    await s.ExecuteAsync(first);
                    return await s.ExecuteAsync(Insert, 1L, "x", null, null);
                },
                Ct));

        Assert.Contains("readonly database", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_reading_connection_cannot_checkpoint()
    {
        await InsertAsync(1, 100_000);
        using var gate = new ManualResetEventSlim();
        var busy = Catalog.WriteAsync(
            _ =>
            {
                gate.Wait(Ct);
                return new ValueTask<int>(0);
            },
            Ct);
        var before = States();

        await Record.ExceptionAsync(async () => await Catalog.ReadAsync(
            async s =>
            {
                await s.ExecuteAsync("COMMIT"); // within a transaction no connection can
                return await s.ExecuteAsync("PRAGMA wal_checkpoint(PASSIVE)");
            },
            Ct));

        Assert.Equal(before, States());
        gate.Set();
        await busy;
        Assert.Equal(1, await CountAsync());

        // Looked at from outside only: closing a file that SQLite has open in this process would take its locks away.
        (long Database, DateTime Written, long Log) States()
        {
            var database = new FileInfo(_database.Path);
            return (database.Length, database.LastWriteTimeUtc, new FileInfo(_database.LogPath).Length);
        }
    }

    [Fact]
    public async Task The_log_stays_within_its_bound_while_readers_come_and_go()
    {
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => ReadUntilAsync(stop.Token), Ct)).ToList();
        var longest = 0L;

        for (var id = 0; id < 40; id++)
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(i => InsertAsync((id * 4) + i, 1 << 20)));
            longest = Math.Max(longest, new FileInfo(_database.LogPath).Length);
        }
        await stop.CancelAsync();
        await Task.WhenAll(readers);

        Assert.Equal(160, await CountAsync());
        Assert.InRange(longest, 1, MaxLogBytes);
    }

    [Fact]
    public async Task A_read_that_does_not_end_makes_writes_wait_before_the_log_grows_beyond_its_bound()
    {
        using var reading = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var reader = Task.Run(async () => await Catalog.ReadAsync(s => StandInTheLog(s, reading, gate), Ct), Ct);
        reading.Wait(Ct);

        StoreException? refusal = null;
        var written = 0L;
        while (refusal is null && written < 100)
        {
            refusal = await Record.ExceptionAsync(() => InsertAsync(written, 1 << 20)) as StoreException;
            written += refusal is null ? 1 : 0;
        }
        Assert.Equal(StoreError.CatalogUnavailable, refusal?.Error);
        Assert.InRange(new FileInfo(_database.LogPath).Length, 1, MaxLogBytes);
        gate.Set();
        Assert.Equal(0, await reader);

        Assert.Equal(1, await InsertAsync(written, 1 << 20));
        Assert.Equal(written + 1, await CountAsync());

        static async ValueTask<long> StandInTheLog(CatalogSession session, ManualResetEventSlim reading, ManualResetEventSlim gate)
        {
            await session.FindAsync(Count, static row => row.GetInt64(0));
            reading.Set();
            gate.Wait(CancellationToken.None);
            return await session.FindAsync(Count, static row => row.GetInt64(0));
        }
    }

    [Fact]
    public async Task With_nothing_to_do_the_log_goes_into_the_database()
    {
        await InsertAsync(1, 1 << 20);

        await Eventually.HoldsAsync(() => new FileInfo(_database.LogPath).Length == 0, "an empty log");

        Assert.Equal(1, await CountAsync());
    }

    protected override ValueTask<CatalogEngine> OpenAsync(IReadOnlyList<Migration> migrations) => new(_database.Open(migrations, Clock));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _database.Dispose();
    }

    async Task ReadUntilAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await CountAsync();
            await Task.Yield();
        }
    }

    Task<int> InsertAsync(long id, int bytes) =>
        Catalog.WriteAsync(s => s.ExecuteAsync(Insert, id, null, new byte[bytes], null), Ct).AsTask();
}
