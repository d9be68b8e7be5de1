using Holdfast.Core.Catalog;
using Holdfast.Core.Catalog.Schema;
using Holdfast.Core.Catalog.Sqlite;
using Holdfast.TestKit.Server;

namespace Holdfast.TestKit.Catalog;

/// <summary>A data directory for an SQLite catalog, held and at the end deleted. Engines are opened on it one after another.</summary>
public sealed class SqliteDatabase : IDisposable
{
    readonly TestDirectory? _temporary;
    readonly DataDirectoryLock _held;

    public SqliteDatabase()
    {
        _temporary = new TestDirectory();
        _held = DataDirectoryLock.Acquire(_temporary.Path);
    }

    /// <summary>On a directory that is there already and stays.</summary>
    public SqliteDatabase(string directory) => _held = DataDirectoryLock.Acquire(directory);

    public string Path => System.IO.Path.Combine(_held.Path, "catalog.db");

    public string LogPath => Path + "-wal";

    public SqliteEngine Open(IReadOnlyList<Migration> migrations, TimeProvider time) =>
        SqliteEngine.Open(new SqliteOptions { Directory = _held, Time = time }, migrations);

    public void Dispose()
    {
        _held.Dispose();
        _temporary?.Dispose();
    }
}
