using Holdfast.Core.Catalog.Schema;

namespace Holdfast.Core.Catalog.Sqlite;

/// <summary>
/// The catalog in one SQLite database of this process. Reads run on the caller's thread and never wait for writes; writes share
/// commits. The work of a transaction must finish without waiting for anything but its session.
/// </summary>
public sealed class SqliteEngine : CatalogEngine
{
    readonly IReadOnlyList<Migration> _migrations;
    readonly SqliteQueue _queue = new();
    readonly SqliteTableVersions _versions = new();
    readonly SqliteReaders _readers;
    readonly SqliteWriter _writer;
    bool _disposed;

    SqliteEngine(SqliteOptions options, IReadOnlyList<Migration> migrations)
        : base("sqlite")
    {
        _migrations = migrations;
        _readers = new SqliteReaders(options);
        var checkpoints = new SqliteCheckpoints(_readers, Metrics);
        _writer = new SqliteWriter(options, _queue, checkpoints, _versions, Metrics);
        Metrics.Observe("holdfast.catalog.queue.length", "{transaction}", "Write transactions waiting for the writer.", () => _queue.Count);
        Metrics.Observe("holdfast.catalog.log.size", "By", "Bytes in the write-ahead log.", () => checkpoints.LogBytes);
    }

    public override string Version => SqliteLibrary.Version;

    public override string ClaimRows => "";

    public override long? VersionOf(string table) => _versions.Of(table);

    /// <summary>
    /// Opens the database, creating it when absent and recovering what a crash left in its log. Throws StorageFull or
    /// CatalogUnavailable when it cannot be opened.
    /// </summary>
    public static SqliteEngine Open(SqliteOptions options, IReadOnlyList<Migration> migrations)
    {
        _ = SqliteLibrary.Version;
        SqliteFiles.Protect(options.Path);
        var engine = new SqliteEngine(options, migrations);
        engine._writer.Start();
        return engine;
    }

    public override ValueTask MigrateAsync(CancellationToken ct) => SchemaUpgrade.RunAsync(this, _migrations, Enter, Apply, ct);

    public override ValueTask<T> ReadAsync<T>(Func<CatalogSession, ValueTask<T>> work, CancellationToken ct) =>
        _readers.ReadAsync(work, ct);

    public override ValueTask<T> WriteAsync<T>(Func<CatalogSession, ValueTask<T>> work, CancellationToken ct)
    {
        var member = new SqliteMember<T>(work, ct);
        member.WatchCancellation();
        _queue.Add(member);
        return new(member.Answer);
    }

    /// <summary>Runs what is queued, then closes with all of the log in the database file.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        _queue.Close();
        await _writer.Ended;
        await _readers.DisposeAsync();
        _writer.Close();
        await base.DisposeAsync();
    }

    static ValueTask Enter(CatalogSession session) => ValueTask.CompletedTask;

    static ValueTask Apply(CatalogSession session, Migration step)
    {
        ((SqliteSession)session).ExecuteScript(step.SqliteSql);
        return ValueTask.CompletedTask;
    }
}
