using System.Collections.Concurrent;

namespace Holdfast.Core.Catalog;

/// <summary>
/// Rows of <paramref name="table"/> by name, as they are now: most requests begin with one. What was found is given again for as long as
/// no commit has touched a row of the table; a catalog that other processes change is asked each time. Thread safe.
/// </summary>
public sealed class RowCache<T>(Catalog catalog, string table, Func<CatalogSession, string, ValueTask<T?>> find)
    where T : class
{
    // At some 300 bytes each; then it starts over.
    const int MaxRows = 10_000;

    readonly ConcurrentDictionary<string, (long Version, T Row)> _known = new(StringComparer.Ordinal);

    /// <summary>Null when there is none. Throws CatalogUnavailable.</summary>
    public ValueTask<T?> FindAsync(string name, CancellationToken ct)
    {
        // Read before the row: a commit in between makes what is kept outdated, never what is given.
        var version = catalog.Engine.VersionOf(table);
        return version is { } now && _known.TryGetValue(name, out var known) && known.Version == now
            ? new ValueTask<T?>(known.Row)
            : ReadAsync(name, version, ct);
    }

    async ValueTask<T?> ReadAsync(string name, long? version, CancellationToken ct)
    {
        var found = await catalog.ReadAsync(tx => find(tx, name), ct);
        if (found is null || version is not { } seen)
            return found;
        if (_known.Count >= MaxRows)
            _known.Clear();
        _known[name] = (seen, found);
        return found;
    }
}
