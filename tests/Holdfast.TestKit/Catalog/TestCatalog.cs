using Holdfast.Core.Catalog;
using Holdfast.Core.Catalog.Postgres;
using Holdfast.Core.Catalog.Schema;
using Holdfast.TestKit.Peers;
using Store = Holdfast.Core.Catalog.Catalog;

namespace Holdfast.TestKit.Catalog;

/// <summary>An empty catalog with the product's schema, for one test; gone with it.</summary>
public sealed class TestCatalog : IAsyncDisposable
{
    readonly SqliteDatabase? _database;

    TestCatalog(CatalogEngine engine, SqliteDatabase? database)
    {
        Catalog = new Store(engine);
        _database = database;
    }

    public Store Catalog { get; }

    /// <summary><paramref name="time"/> is the clock of <c>db_now()</c>; null for the machine's.</summary>
    public static async ValueTask<TestCatalog> OpenSqliteAsync(TimeProvider? time, CancellationToken ct)
    {
        var database = new SqliteDatabase();
        var engine = database.Open(Migrations.All, time ?? TimeProvider.System);
        await engine.MigrateAsync(ct);
        return new TestCatalog(engine, database);
    }

    /// <summary>On a database of its own in the shared server, unless <see cref="PostgresServer.Missing"/> says why not.</summary>
    public static async ValueTask<TestCatalog> OpenPostgresAsync(TimeProvider? time, CancellationToken ct)
    {
        var address = await (await PostgresServer.GetSharedAsync()).CreateDatabaseAsync();
        var engine = await PostgresEngine.OpenAsync(
            new PostgresOptions { Address = address, Time = time, MaxWriters = 8, MaxReaders = 8 }, Migrations.All, ct);
        await engine.MigrateAsync(ct);
        return new TestCatalog(engine, null);
    }

    /// <summary>What a server left, which has ended: <c>sqlite</c> in its data directory, or a connection string.</summary>
    public static async ValueTask<TestCatalog> OpenAsync(string catalog, string data, CancellationToken ct)
    {
        if (catalog != "sqlite")
            return new TestCatalog(await PostgresEngine.OpenAsync(new PostgresOptions { Address = catalog }, Migrations.All, ct), null);
        var database = new SqliteDatabase(data);
        return new TestCatalog(database.Open(Migrations.All, TimeProvider.System), database);
    }

    public async ValueTask DisposeAsync()
    {
        await Catalog.DisposeAsync();
        _database?.Dispose();
    }
}
