using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Catalog.Sqlite;

/// <summary>The read-only connections: opened when first needed, lent to one reader at a time. Thread safe.</summary>
sealed class SqliteReaders(SqliteOptions options) : IAsyncDisposable
{
    readonly SemaphoreSlim _free = new(options.MaxReaders);
    readonly Lock _gate = new();
    readonly Stack<SqliteConnection> _idle = new();
    volatile TaskCompletionSource? _pause;
    bool _closed;

    public async ValueTask<T> ReadAsync<T>(Func<CatalogSession, ValueTask<T>> work, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (_pause is { } pause)
        {
            await pause.Task.WaitAsync(ct);
        }
        await _free.WaitAsync(ct); // at once unless all connections are lent
        try
        {
            return Read(work);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Holds back readers that have not begun, so that the log can start over; for the time of one checkpoint.</summary>
    public void Pause() => _pause = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Resume()
    {
        var pause = _pause;
        _pause = null;
        pause?.SetResult();
    }

    /// <summary>Waits for the readers that are reading and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var i = 0; i < options.MaxReaders; i++)
        {
            await _free.WaitAsync(CancellationToken.None);
        }
        lock (_gate)
        {
            _closed = true;
            while (_idle.TryPop(out var connection))
            {
                connection.Dispose();
            }
        }
        _free.Release(options.MaxReaders); // latecomers learn that it is closed
    }

    T Read<T>(Func<CatalogSession, ValueTask<T>> work)
    {
        var connection = Rent();
        var session = new SqliteSession(connection);
        try
        {
            connection.Execute("BEGIN");
            return SqliteSession.Outcome(work(session));
        }
        finally
        {
            session.End();
            Return(connection);
        }
    }

    SqliteConnection Rent()
    {
        lock (_gate)
        {
            if (_closed)
            {
                throw new StoreException(StoreError.ShuttingDown, "the catalog is closed");
            }
            if (_idle.TryPop(out var connection))
            {
                return connection;
            }
        }
        return SqliteConnection.OpenReader(options.Path, options.Time);
    }

    void Return(SqliteConnection connection)
    {
        if (!TryEnd(connection))
        {
            connection.Dispose();
            return;
        }
        lock (_gate)
        {
            _idle.Push(connection);
        }
    }

    /// <summary>Ends the view; false when the connection met an error that may be its own: the next reader gets a new one.</summary>
    static bool TryEnd(SqliteConnection connection)
    {
        if (connection.Fault is not null)
        {
            return false;
        }
        try
        {
            if (!connection.IsIdle)
            {
                connection.Execute("COMMIT");
            }
            return true;
        }
        catch (StoreException)
        {
            return false;
        }
    }
}
