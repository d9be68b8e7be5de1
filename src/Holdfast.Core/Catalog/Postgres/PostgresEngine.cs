using System.Collections.Concurrent;
using System.Data;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using Holdfast.Core.Catalog.Schema;
using Npgsql;

namespace Holdfast.Core.Catalog.Postgres;

/// <summary>
/// The catalog in a PostgreSQL database that any number of nodes share. Writes run READ COMMITTED; reads see one snapshot and cannot
/// write. Work that ends in a conflict or loses its connection before the commit is run again, whole, <see cref="MaxAttempts"/>
/// times at most.
/// </summary>
public sealed class PostgresEngine : CatalogEngine
{
    const int MaxAttempts = 8;
    const int FirstBackoffMs = 5;
    const int LastBackoffMs = 250;

    const string EnterMigration = "SELECT pg_advisory_xact_lock(5210423311507)";

    readonly IReadOnlyList<Migration> _migrations;
    readonly TimeProvider? _time;
    readonly NpgsqlDataSource _writers;
    readonly NpgsqlDataSource _readers;
    readonly PostgresTypes _types = new();

    /// <summary>Reads that were seen to need a transaction; the others are spared its two round trips.</summary>
    readonly ConcurrentDictionary<MethodInfo, bool> _needTransaction = new();

    string _version = "";

    PostgresEngine(PostgresOptions options, IReadOnlyList<Migration> migrations)
        : base("postgresql")
    {
        _migrations = migrations;
        _time = options.Time;
        _writers = PostgresPools.ForWrites(options);
        _readers = PostgresPools.ForReads(options);
    }

    public override string Version => _version;

    public override string ClaimRows => "FOR UPDATE SKIP LOCKED";

    /// <summary>Connects once to see that it can. Throws InvalidArgument for an address it cannot read, CatalogUnavailable.</summary>
    public static async ValueTask<PostgresEngine> OpenAsync(
        PostgresOptions options, IReadOnlyList<Migration> migrations, CancellationToken ct)
    {
        var engine = new PostgresEngine(options, migrations);
        try
        {
            engine._version = await engine.ReadAsync(
                static session => session.FindAsync("SHOW server_version", static row => row.GetString(0)), ct) ?? "";
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    public override ValueTask MigrateAsync(CancellationToken ct) => SchemaUpgrade.RunAsync(
        this,
        _migrations,
        static async session => await session.FindAsync(EnterMigration, static _ => true),
        static async (session, step) => await session.ExecuteAsync(step.PostgresSql),
        ct);

    public override async ValueTask<T> ReadAsync<T>(Func<CatalogSession, ValueTask<T>> work, CancellationToken ct)
    {
        if (!_needTransaction.ContainsKey(work.Method))
        {
            try
            {
                return await RetryAsync(token => ReadOneStatementAsync(work, token), ct);
            }
            catch (SecondStatementException)
            {
                _needTransaction[work.Method] = true;
            }
        }
        return await RetryAsync(token => ReadSnapshotAsync(work, token), ct);
    }

    public override ValueTask<T> WriteAsync<T>(Func<CatalogSession, ValueTask<T>> work, CancellationToken ct) =>
        RetryAsync(token => TransactAsync(work, token), ct);

    public override async ValueTask DisposeAsync()
    {
        await _writers.DisposeAsync();
        await _readers.DisposeAsync();
        await base.DisposeAsync();
    }

    async ValueTask<T> RetryAsync<T>(Func<CancellationToken, ValueTask<T>> attempt, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await attempt(ct);
            }
            catch (NpgsqlException error) when (tries < MaxAttempts && PostgresErrors.IsTransient(error))
            {
                Metrics.Retry();
            }
            catch (NpgsqlException error) when (PostgresErrors.IsKnown(error))
            {
                throw PostgresErrors.Describe(error);
            }
            var longest = Math.Min(LastBackoffMs, FirstBackoffMs << tries);
            await Task.Delay(RandomNumberGenerator.GetInt32(longest / 2, longest + 1), ct);
        }
    }

    /// <summary>A statement alone is its own snapshot, and the pool's connections are read-only of themselves.</summary>
    async ValueTask<T> ReadOneStatementAsync<T>(Func<CatalogSession, ValueTask<T>> work, CancellationToken ct)
    {
        await using var connection = await _readers.OpenConnectionAsync(ct);
        await SetClockAsync(connection, ct);
        return await WorkAsync(work, new PostgresSession(connection, _types, singleStatement: true, ct));
    }

    async ValueTask<T> ReadSnapshotAsync<T>(Func<CatalogSession, ValueTask<T>> work, CancellationToken ct)
    {
        await using var connection = await _readers.OpenConnectionAsync(ct);
        await SetClockAsync(connection, ct);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        return await WorkAsync(work, new PostgresSession(connection, _types, singleStatement: false, ct));
    }

    async ValueTask<T> TransactAsync<T>(Func<CatalogSession, ValueTask<T>> work, CancellationToken ct)
    {
        await using var connection = await _writers.OpenConnectionAsync(ct);
        await SetClockAsync(connection, ct);
        // BEGIN travels with the first statement.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        var result = await WorkAsync(work, new PostgresSession(connection, _types, singleStatement: false, ct));
        var started = Stopwatch.GetTimestamp();
        await CommitAsync(transaction);
        Metrics.Commit(started);
        return result;
    }

    static async ValueTask<T> WorkAsync<T>(Func<CatalogSession, ValueTask<T>> work, PostgresSession session)
    {
        try
        {
            return await work(session);
        }
        finally
        {
            session.End();
        }
    }

    /// <summary>Once COMMIT is on its way, cancellation comes too late, and a lost connection leaves the outcome open.</summary>
    static async ValueTask CommitAsync(NpgsqlTransaction transaction)
    {
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (NpgsqlException error) when (!PostgresErrors.IsCertainRefusal(error))
        {
            throw PostgresErrors.Unknown(error);
        }
    }

    async ValueTask SetClockAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        if (_time is null)
        {
            return;
        }
        var now = CatalogTime.ToMicros(_time.GetUtcNow());
        await using var command = new NpgsqlCommand("SELECT set_config('holdfast.now', $1, false)", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = now.ToString(CultureInfo.InvariantCulture) });
        await command.ExecuteNonQueryAsync(ct);
    }
}
