using System.Diagnostics;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Catalog.Sqlite;

/// <summary>
/// The thread that owns the writing connection. It runs whatever is queued as one transaction and answers all of its members after the
/// commit: many writes share one fsync, and no answer is given that a crash could take back. A member that fails before it changed anything
/// leaves nothing to undo. The first that fails later takes the whole group back, which then runs again with a savepoint for each member:
/// savepoints copy every page that a group's members share, and cost a fifth of a small write.
/// </summary>
sealed class SqliteWriter(
    SqliteOptions options,
    SqliteQueue queue,
    SqliteCheckpoints checkpoints,
    SqliteTableVersions versions,
    CatalogMetrics metrics)
{
    const int MaxMembers = 512;
    const long MaxBytes = 4 << 20;
    static readonly TimeSpan MaxTime = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(1);

    readonly List<SqliteMember> _group = new(MaxMembers);
    readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Null before the start, after the end, and after an error that only a new connection can get over.</summary>
    SqliteConnection? _connection;

    /// <summary>The queue is closed and empty and all members are answered.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Opens the database, creating it when absent, on the caller's thread so that its errors reach the caller.</summary>
    public void Start()
    {
        _connection = SqliteConnection.OpenWriter(options.Path, options.Time, _changed);
        new Thread(Loop) { IsBackground = true, Name = "catalog writer" }.Start();
    }

    /// <summary>After the end, when no reader is left: moves the log into the database file and closes both.</summary>
    public void Close()
    {
        _ = Guard(checkpoints.WhenIdle);
        _connection?.Dispose();
        _connection = null;
    }

    void Loop()
    {
        while (true)
        {
            if (queue.Wait(IdleTime))
            {
                RunGroup();
            }
            else if (queue.IsClosed)
            {
                break;
            }
            else
            {
                _ = Guard(checkpoints.WhenIdle);
            }
        }
        _ended.SetResult();
    }

    void RunGroup()
    {
        var error = Guard(RunMembers);
        // Also after a fault: a commit that was reported as failed may have happened.
        foreach (var table in _changed)
        {
            versions.Raise(table);
        }
        _changed.Clear();
        metrics.Group(_group.Count);
        if (error is not null && _group.Count == 0)
        {
            TakeQueued();
        }
        foreach (var member in _group)
        {
            if (error is null)
            {
                member.Complete();
            }
            else
            {
                member.Fail(error);
            }
        }
        _group.Clear();
        if (error is null)
        {
            _ = Guard(checkpoints.AfterGroup);
        }
    }

    void RunMembers(SqliteConnection connection)
    {
        checkpoints.RequireRoom(connection);
        connection.Execute("BEGIN IMMEDIATE");
        var limit = connection.BytesBound + MaxBytes;
        var started = Stopwatch.GetTimestamp();
        var apart = false;
        while (_group.Count < MaxMembers && connection.BytesBound < limit
            && Stopwatch.GetElapsedTime(started) < MaxTime && queue.TryTake(out var member))
        {
            if (!member!.TryStart())
            {
                continue;
            }
            _group.Add(member);
            if (apart)
            {
                RunApart(connection, member);
            }
            else if (!TryRun(connection, member))
            {
                apart = true;
                RunAgain(connection);
            }
        }
        // A group of refusals has nothing to commit; taking it back also forgets the pages its members touched in vain.
        var committing = Stopwatch.GetTimestamp();
        connection.Execute(_group.TrueForAll(static member => member.Failed) ? "ROLLBACK" : "COMMIT");
        metrics.Commit(committing);
        checkpoints.Appended(connection.TakePagesWritten());
    }

    /// <summary>False when the member failed after it had changed something. An error of the whole connection ends the group.</summary>
    static bool TryRun(SqliteConnection connection, SqliteMember member)
    {
        var changes = connection.Changes;
        Run(connection, member);
        return !member.Failed || connection.Changes == changes;
    }

    void RunAgain(SqliteConnection connection)
    {
        connection.Execute("ROLLBACK");
        connection.Execute("BEGIN IMMEDIATE");
        foreach (var member in _group)
        {
            RunApart(connection, member);
        }
    }

    static void RunApart(SqliteConnection connection, SqliteMember member)
    {
        connection.Execute("SAVEPOINT member");
        Run(connection, member);
        if (member.Failed)
        {
            connection.Execute("ROLLBACK TO member");
        }
        connection.Execute("RELEASE member");
    }

    static void Run(SqliteConnection connection, SqliteMember member)
    {
        member.Run(connection);
        if (connection.Fault is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>
    /// The group could not even begin: those who would have been its members are told. They are taken before the first is: whoever comes
    /// after an answer is not refused for what it answered.
    /// </summary>
    void TakeQueued()
    {
        while (_group.Count < MaxMembers && queue.TryTake(out var member))
        {
            if (member!.TryStart())
            {
                _group.Add(member);
            }
        }
    }

    /// <summary>
    /// Runs one step with the connection, opening a new one when the last was given up, and leaves no transaction behind. The error
    /// that ended the step; null when it succeeded.
    /// </summary>
    Exception? Guard(Action<SqliteConnection> step)
    {
        try
        {
            _connection ??= SqliteConnection.OpenWriter(options.Path, options.Time, _changed);
            step(_connection);
            return null;
        }
        catch (Exception error) // the boundary of the writer's loop: every member is answered, and the loop goes on
        {
            Recover();
            return error;
        }
    }

    void Recover()
    {
        if (_connection is null)
        {
            return;
        }
        try
        {
            if (!_connection.IsIdle)
            {
                _connection.Execute("ROLLBACK");
            }
            if (_connection.TakeFault() is not { Error: not StoreError.StorageFull })
            {
                return;
            }
        }
        catch (StoreException)
        {
        }
        _connection.Dispose();
        _connection = null;
    }
}
