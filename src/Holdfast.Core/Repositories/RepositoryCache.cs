using Holdfast.Core.Catalog;

namespace Holdfast.Core.Repositories;

/// <summary>Repositories by name, as they are now: nearly every request of the OCI door begins with one. Thread safe.</summary>
public sealed class RepositoryCache(Catalog.Catalog catalog)
{
    readonly RowCache<Repository> _rows = new(catalog, "repository", RepositoryTable.FindAsync);

    /// <summary>Null when there is none. Throws CatalogUnavailable.</summary>
    public ValueTask<Repository?> FindAsync(string name, CancellationToken ct) => _rows.FindAsync(name, ct);
}
