using Holdfast.Core.Catalog;
using Holdfast.Core.Catalog.Schema;
using Holdfast.TestKit.Catalog;

namespace Holdfast.Core.Tests.Catalog;

public sealed class SqliteCatalogTests : CatalogSuite
{
    readonly SqliteDatabase _database = new();

    protected override ValueTask<CatalogEngine> OpenAsync(IReadOnlyList<Migration> migrations) => new(_database.Open(migrations, Clock));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _database.Dispose();
    }
}
