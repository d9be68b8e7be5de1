using Holdfast.Core.Access;
using Holdfast.Core.Blobs;
using Holdfast.Core.Blobs.Files;
using Holdfast.Core.Blobs.Metering;
using Holdfast.Core.Catalog;
using Holdfast.Core.Catalog.Postgres;
using Holdfast.Core.Catalog.Schema;
using Holdfast.Core.Catalog.Sqlite;
using Holdfast.Server.Hosting.Life;
using Holdfast.Server.Hosting.Settings;

namespace Holdfast.Server.Store;

/// <summary>
/// The store as the settings describe it, opened and brought to this binary's schema: what must exist before anything can be served.
/// Disposing it closes the catalog last.
/// </summary>
public sealed class OpenStore : IAsyncDisposable
{
    readonly DataDirectoryLock? _lock;
    readonly FileBlobStore _files;
    readonly BlobMetrics _metrics = new();

    OpenStore(Catalog catalog, DataDirectoryLock? held, FileBlobStore files, Accounts accounts, TimeProvider clock)
    {
        (Catalog, _lock, _files, Accounts) = (catalog, held, files, accounts);
        Blobs = new MeteringBlobStore(files, "local", _metrics, clock);
    }

    public Catalog Catalog { get; }

    /// <summary>The backend <c>local</c>, as everyone uses it.</summary>
    public IBlobStore Blobs { get; }

    /// <summary>The same backend's files, for sweeps.</summary>
    internal FileBlobStore Files => _files;

    public Accounts Accounts { get; }

    /// <summary>Throws StoreException when the data directory or the database cannot be used, or is newer than this binary.</summary>
    public static async ValueTask<OpenStore> OpenAsync(
        HoldfastSettings settings, RootCredentials root, TimeProvider clock, CancellationToken ct)
    {
        // One process a directory where the catalog is in it; over PostgreSQL any number share it, each with an id of its own.
        var isEmbedded = settings.Catalog == CatalogAddress.Sqlite;
        var held = isEmbedded ? DataDirectoryLock.Acquire(settings.Data) : null;
        CatalogEngine? engine = null;
        FileBlobStore? files = null;
        try
        {
            engine = isEmbedded
                ? SqliteEngine.Open(new SqliteOptions { Directory = held!, Time = clock }, Migrations.All)
                : await PostgresEngine.OpenAsync(new PostgresOptions { Address = settings.Catalog }, Migrations.All, ct);
            await engine.MigrateAsync(ct);
            var catalog = new Catalog(engine);
            var node = isEmbedded ? "local" : Guid.NewGuid().ToString("N");
            files = new FileBlobStore(
                new FileBlobOptions { Root = settings.Data, NodeId = node, MinFreeBytes = DiskReserve.Of(settings.Data) }, clock);
            return new OpenStore(catalog, held, files, await AccountList.ReadAsync(catalog, settings, root, ct), clock);
        }
        catch
        {
            files?.Dispose();
            if (engine is not null)
                await engine.DisposeAsync();
            held?.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _files.Dispose();
        _metrics.Dispose();
        await Catalog.DisposeAsync();
        _lock?.Dispose();
    }
}
