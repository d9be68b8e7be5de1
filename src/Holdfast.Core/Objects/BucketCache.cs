using System.Collections.Concurrent;

namespace Holdfast.Core.Objects;

/// <summary>
/// Buckets by name, as they are now: every request of the S3 door begins with one. What was found is given again for as long as no commit
/// has touched a bucket's row; a catalog that other processes change is asked each time. Thread safe.
/// </summary>
public sealed class BucketCache(Catalog.Catalog catalog)
{
    // At some 300 bytes each; then it starts over.
    const int MaxBuckets = 10_000;

    readonly ConcurrentDictionary<string, (long Version, Bucket Bucket)> _known = new(StringComparer.Ordinal);

    /// <summary>Null when there is none. Throws CatalogUnavailable.</summary>
    public ValueTask<Bucket?> FindAsync(string name, CancellationToken ct)
    {
        // Read before the row: a commit in between makes what is kept outdated, never what is given.
        var version = catalog.Engine.VersionOf("bucket");
        return version is { } now && _known.TryGetValue(name, out var known) && known.Version == now
            ? new ValueTask<Bucket?>(known.Bucket)
            : ReadAsync(name, version, ct);
    }

    async ValueTask<Bucket?> ReadAsync(string name, long? version, CancellationToken ct)
    {
        var found = await catalog.ReadAsync(tx => BucketTable.FindAsync(tx, name), ct);
        if (found is null || version is not { } seen)
            return found;
        if (_known.Count >= MaxBuckets)
            _known.Clear();
        _known[name] = (seen, found);
        return found;
    }
}
