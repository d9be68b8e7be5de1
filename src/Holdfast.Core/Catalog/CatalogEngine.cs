namespace Holdfast.Core.Catalog;

/// <summary>A database the catalog can live in: how to open, migrate and retry it, and the handful of words that differ.</summary>
public abstract class CatalogEngine(string name) : IAsyncDisposable
{
    /// <summary><c>sqlite</c> or <c>postgresql</c>: the value of metric labels and of <c>catalog</c> in answers of the admin API.</summary>
    public string Name { get; } = name;

    public CatalogMetrics Metrics { get; } = new(name);

    /// <summary>The library or server version, for the log.</summary>
    public abstract string Version { get; }

    /// <summary>
    /// Brings the schema to this binary's version, step by step, each in its transaction. A newer schema is refused with both numbers.
    /// </summary>
    public abstract ValueTask MigrateAsync(CancellationToken ct);

    public abstract ValueTask<T> ReadAsync<T>(Func<CatalogSession, ValueTask<T>> work, CancellationToken ct);

    public abstract ValueTask<T> WriteAsync<T>(Func<CatalogSession, ValueTask<T>> work, CancellationToken ct);

    /// <summary>
    /// The suffix that makes a SELECT claim its rows for one worker among many: <c>FOR UPDATE SKIP LOCKED</c>, or nothing where there is
    /// a single writer.
    /// </summary>
    public abstract string ClaimRows { get; }

    /// <summary>
    /// A number that grows with each commit that may have changed rows of <paramref name="table"/>, before any of its writers is answered,
    /// for caches that must be exact; null where other processes change them too.
    /// </summary>
    public virtual long? VersionOf(string table) => null;

    public virtual ValueTask DisposeAsync()
    {
        Metrics.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
