using System.Diagnostics;

namespace Holdfast.Core.Catalog;

/// <summary>
/// The one place that knows what exists. Each call is one transaction over one engine; <c>work</c> awaits nothing but its session, has no
/// effect outside it, and may run more than once. Thread safe.
/// </summary>
public sealed class Catalog(CatalogEngine engine) : IAsyncDisposable
{
    public CatalogEngine Engine { get; } = engine;

    /// <summary>Runs <paramref name="work"/> on a consistent, read-only view. Throws CatalogUnavailable when it cannot be had.</summary>
    public async ValueTask<T> ReadAsync<T>(Func<CatalogSession, ValueTask<T>> work, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            return await Engine.ReadAsync(work, ct);
        }
        finally
        {
            Engine.Metrics.Read(started);
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/> and commits it durably before returning; an exception from <paramref name="work"/> rolls back its
    /// effects alone and is rethrown after the surrounding commit. Throws StorageFull or CatalogUnavailable when the work was not
    /// committed; when the fault came in the midst of the commit, it may still turn out to be.
    /// </summary>
    public async ValueTask<T> WriteAsync<T>(Func<CatalogSession, ValueTask<T>> work, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            return await Engine.WriteAsync(work, ct);
        }
        finally
        {
            Engine.Metrics.Write(started);
        }
    }

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
