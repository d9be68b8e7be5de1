using Npgsql;

namespace Holdfast.Core.Catalog.Postgres;

/// <summary>
/// One transaction on one connection. With <paramref name="singleStatement"/> there is no transaction: the first statement stands alone,
/// and a second one says by <see cref="SecondStatementException"/> that the work needs one.
/// </summary>
sealed class PostgresSession(NpgsqlConnection connection, PostgresTypes types, bool singleStatement, CancellationToken ct) : CatalogSession
{
    int _statements;
    bool _ended;

    public override bool HasRowLocks => true;

    public override async ValueTask<int> ExecuteAsync(string sql, params object?[] args)
    {
        await using var command = Command(sql, args);
        return Math.Max(0, await command.ExecuteNonQueryAsync(ct)); // -1 for a statement that changes no rows
    }

    public override async ValueTask<T?> FindAsync<T>(string sql, Func<CatalogRow, T> map, params object?[] args)
        where T : default
    {
        await using var command = Command(sql, args);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? map(new PostgresRow(reader)) : default;
    }

    public override async ValueTask<List<T>> ListAsync<T>(string sql, Func<CatalogRow, T> map, params object?[] args)
    {
        await using var command = Command(sql, args);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new PostgresRow(reader);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(map(row));
        }
        return rows;
    }

    /// <summary>From here on the session is of no use: its connection belongs to somebody else.</summary>
    public void End() => _ended = true;

    NpgsqlCommand Command(string sql, object?[] args)
    {
        if (_ended)
        {
            throw new InvalidOperationException("the session was used after its transaction ended");
        }
        if (++_statements > 1 && singleStatement)
        {
            throw new SecondStatementException();
        }
        var command = new NpgsqlCommand(sql, connection);
        types.Bind(command, sql, args);
        return command;
    }
}

/// <summary>The work of a read asked for more than one statement, so all of it must see one snapshot.</summary>
sealed class SecondStatementException() : Exception("the work needs a transaction");
