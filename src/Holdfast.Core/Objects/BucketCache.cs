using Holdfast.Core.Catalog;

namespace Holdfast.Core.Objects;

/// <summary>Buckets by name, as they are now: every request of the S3 door begins with one. Thread safe.</summary>
public sealed class BucketCache(Catalog.Catalog catalog)
{
    readonly RowCache<Bucket> _rows = new(catalog, "bucket", BucketTable.FindAsync);

    /// <summary>Null when there is none. Throws CatalogUnavailable.</summary>
    public ValueTask<Bucket?> FindAsync(string name, CancellationToken ct) => _rows.FindAsync(name, ct);
}
