using Holdfast.Protocol.Errors;
using SQLitePCL;

namespace Holdfast.Core.Catalog.Sqlite;

/// <summary>One connection with its prepared statements. Used by one thread at a time.</summary>
sealed class SqliteConnection : IDisposable
{
    /// <summary>Only texts built at run time could come near: a bound on a mistake, not a working size.</summary>
    const int MaxStatements = 512;

    const int BusyTimeoutMs = 5000;

    readonly sqlite3 _handle;
    readonly bool _writer;
    readonly ISet<string>? _changedTables;
    readonly Dictionary<string, SqliteStatement> _byReference = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<string, SqliteStatement> _byText = new(StringComparer.Ordinal);

    SqliteConnection(sqlite3 handle, bool writer, ISet<string>? changedTables)
    {
        _handle = handle;
        _writer = writer;
        _changedTables = changedTables;
    }

    /// <summary>The first error that concerns the whole connection, not one statement's sense: full disk, I/O, corruption.</summary>
    public StoreException? Fault { get; private set; }

    /// <summary>Statements that may have changed the database so far, whether or not they did.</summary>
    public long Changes { get; private set; }

    /// <summary>Bytes of text and blobs bound so far.</summary>
    public long BytesBound { get; private set; }

    /// <summary>No transaction is open, because none was begun or because SQLite rolled it back by itself after an error.</summary>
    public bool IsIdle => raw.sqlite3_get_autocommit(_handle) != 0;

    /// <summary>The one connection that may write or checkpoint; creates the database when it is absent.</summary>
    /// <param name="changedTables">Gets the name of each table that a statement may have changed.</param>
    public static SqliteConnection OpenWriter(string path, TimeProvider time, ISet<string> changedTables)
    {
        var connection = Open(path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE, changedTables, time);
        connection.Configure("""
            PRAGMA page_size = 4096;
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA foreign_keys = OFF;
            PRAGMA wal_autocheckpoint = 0;
            PRAGMA mmap_size = 0;
            PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -32768;
            """);
        return connection;
    }

    /// <summary>A connection that cannot change anything: neither the database nor, by a checkpoint, its log.</summary>
    public static SqliteConnection OpenReader(string path, TimeProvider time)
    {
        var connection = Open(path, raw.SQLITE_OPEN_READONLY, null, time);
        // The cache holds what a page of 1,000 common prefixes of a large bucket touches: a leaf each, and the way to it.
        connection.Configure("""
            PRAGMA query_only = ON;
            PRAGMA wal_autocheckpoint = 0;
            PRAGMA mmap_size = 0;
            PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -10240;
            """);
        return connection;
    }

    /// <summary>Forgets <see cref="Fault"/>, which the caller has dealt with.</summary>
    public StoreException? TakeFault()
    {
        var fault = Fault;
        Fault = null;
        return fault;
    }

    /// <summary>The prepared form of <paramref name="sql"/>, one statement, from the cache when this very text came before.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (_byReference.TryGetValue(sql, out var known) || _byText.TryGetValue(sql, out known))
        {
            return known;
        }
        if (_byText.Count >= MaxStatements)
        {
            ForgetStatements();
        }
        Check(raw.sqlite3_prepare_v2(_handle, sql, out var handle, out var rest), sql);
        if (!string.IsNullOrWhiteSpace(rest))
        {
            handle.Dispose();
            throw new ArgumentException($"more than one statement: {sql}", nameof(sql));
        }
        var statement = new SqliteStatement(sql, handle);
        _byReference.Add(sql, statement);
        _byText.Add(sql, statement);
        return statement;
    }

    /// <summary>Runs one statement to its end; the number of rows it changed.</summary>
    public int Execute(string sql, params object?[] args)
    {
        var statement = Prepare(sql);
        try
        {
            BytesBound += statement.Bind(args);
            while (Step(statement))
            {
            }
            return statement.IsReadOnly ? 0 : raw.sqlite3_changes(_handle);
        }
        finally
        {
            statement.Reset();
        }
    }

    public T? Find<T>(string sql, Func<CatalogRow, T> map, object?[] args)
    {
        var statement = Prepare(sql);
        try
        {
            BytesBound += statement.Bind(args);
            if (!Step(statement))
            {
                return default;
            }
            var found = map(statement.Row);
            while (!statement.IsReadOnly && Step(statement)) // a change with RETURNING ends only here
            {
            }
            return found;
        }
        finally
        {
            statement.Reset();
        }
    }

    public List<T> List<T>(string sql, Func<CatalogRow, T> map, object?[] args)
    {
        var statement = Prepare(sql);
        try
        {
            BytesBound += statement.Bind(args);
            var rows = new List<T>();
            while (Step(statement))
            {
                rows.Add(map(statement.Row));
            }
            return rows;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Runs any number of statements without parameters, and prepares none of them for later.</summary>
    public void ExecuteScript(string sql)
    {
        ForgetStatements();
        Changes++;
        Check(raw.sqlite3_exec(_handle, sql), sql);
    }

    /// <summary>Pages written by this connection since the last call: after a commit, the frames it appended to the log.</summary>
    public int TakePagesWritten()
    {
        const int CacheWrite = 9;
        return raw.sqlite3_db_status(_handle, CacheWrite, out var pages, out _, 1) == raw.SQLITE_OK ? pages : 0;
    }

    /// <summary>
    /// Moves frames from the log to the database file: their number in the log and how many of them are moved. False when readers or a
    /// writer were in the way of a <paramref name="mode"/> that needs to be alone.
    /// </summary>
    public bool Checkpoint(int mode, TimeSpan wait, out int frames, out int moved)
    {
        _ = raw.sqlite3_busy_timeout(_handle, (int)wait.TotalMilliseconds);
        var code = raw.sqlite3_wal_checkpoint_v2(_handle, "main", mode, out frames, out moved);
        _ = raw.sqlite3_busy_timeout(_handle, BusyTimeoutMs);
        if (code == raw.SQLITE_BUSY)
        {
            return false;
        }
        Check(code, null);
        return true;
    }

    public void Dispose()
    {
        ForgetStatements();
        _handle.Dispose();
    }

    bool Step(SqliteStatement statement)
    {
        if (!statement.IsReadOnly)
        {
            Changes++;
            if (statement.ChangedTable is { } table)
            {
                _changedTables?.Add(table);
            }
        }
        var code = statement.Step();
        if (code != raw.SQLITE_DONE && code != raw.SQLITE_ROW)
        {
            Check(code, statement.Sql);
        }
        return code == raw.SQLITE_ROW;
    }

    void Check(int code, string? sql)
    {
        if (code == raw.SQLITE_OK)
        {
            return;
        }
        var error = SqliteErrors.Describe(
            raw.sqlite3_extended_errcode(_handle), raw.sqlite3_errmsg(_handle).utf8_to_string(), _writer, sql);
        Fault ??= error as StoreException;
        throw error;
    }

    void Configure(string pragmas)
    {
        try
        {
            Check(raw.sqlite3_exec(_handle, pragmas), null);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    void ForgetStatements()
    {
        foreach (var statement in _byText.Values)
        {
            statement.Dispose();
        }
        _byText.Clear();
        _byReference.Clear();
    }

    static SqliteConnection Open(string path, int flags, ISet<string>? changedTables, TimeProvider time)
    {
        var code = raw.sqlite3_open_v2(path, out var handle, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        var connection = new SqliteConnection(handle, changedTables is not null, changedTables);
        try
        {
            connection.Check(code, null);
            _ = raw.sqlite3_extended_result_codes(handle, 1);
            _ = raw.sqlite3_busy_timeout(handle, BusyTimeoutMs);
            connection.Check(SqliteClock.Register(handle, time), null);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
