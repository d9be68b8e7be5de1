using Holdfast.Core.Catalog;
using Holdfast.Core.Catalog.Schema;
using Store = Holdfast.Core.Catalog.Catalog;

namespace Holdfast.TestKit.Catalog;

/// <summary>A catalog on a database of the test's own, with the tables that the suites use.</summary>
public abstract class CatalogFixture : IAsyncLifetime
{
    public const string Insert = "INSERT INTO thing (id, name, bytes, number) VALUES ($1, $2, $3, $4)";
    protected const string FindName = "SELECT name FROM thing WHERE id = $1";
    protected const string Count = "SELECT COUNT(*) FROM thing";

    /// <summary>The foundation and, as step 2, tables for these tests.</summary>
    public static IReadOnlyList<Migration> TestMigrations { get; } = [Migrations.All[0], new(2, "things", ThingsSqlite, ThingsPostgres)];

    protected MovableClock Clock { get; } = new();

    protected Store Catalog { get; private set; } = null!;

    const string ThingsSqlite = """
        CREATE TABLE thing (id BIGINT NOT NULL PRIMARY KEY, name TEXT, bytes BLOB, number BIGINT);
        CREATE TABLE counter (id BIGINT NOT NULL PRIMARY KEY, value BIGINT NOT NULL);
        INSERT INTO counter (id, value) VALUES (1, 0);
        """;

    const string ThingsPostgres = """
        CREATE TABLE thing (id BIGINT NOT NULL PRIMARY KEY, name TEXT, bytes BYTEA, number BIGINT);
        CREATE TABLE counter (id BIGINT NOT NULL PRIMARY KEY, value BIGINT NOT NULL);
        INSERT INTO counter (id, value) VALUES (1, 0);
        """;

    /// <summary>Opens the test's database, not migrated; again, when the engine opened before is disposed.</summary>
    protected abstract ValueTask<CatalogEngine> OpenAsync(IReadOnlyList<Migration> migrations);

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Catalog = new Store(await OpenAsync(TestMigrations));
        await Catalog.Engine.MigrateAsync(Ct);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Catalog.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected ValueTask<long> CountAsync() => Catalog.ReadAsync(s => s.FindAsync(Count, static row => row.GetInt64(0)), Ct);
}
