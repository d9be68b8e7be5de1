using System.Collections.Concurrent;

namespace Holdfast.Core.Catalog.Sqlite;

/// <summary>
/// How many groups have changed each table: raised after a group's commit, before any of its members is answered. Thread safe.
/// </summary>
sealed class SqliteTableVersions
{
    readonly ConcurrentDictionary<string, long> _versions = new(StringComparer.Ordinal);

    public long Of(string table) => _versions.GetValueOrDefault(table);

    public void Raise(string table) => _versions.AddOrUpdate(table, 1, static (_, version) => version + 1);
}
