using Holdfast.Core.Catalog;
using Holdfast.Core.Catalog.Postgres;
using Holdfast.Core.Catalog.Schema;
using Holdfast.TestKit.Catalog;
using Holdfast.TestKit.Peers;

namespace Holdfast.Core.Tests.Catalog;

public sealed class PostgresCatalogTests : CatalogSuite
{
    string? _address;

    protected override async ValueTask<CatalogEngine> OpenAsync(IReadOnlyList<Migration> migrations)
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        _address ??= await (await PostgresServer.GetSharedAsync()).CreateDatabaseAsync();
        return await PostgresEngine.OpenAsync(
            new PostgresOptions { Address = _address, Time = Clock, MaxWriters = 8, MaxReaders = 4 }, migrations, Ct);
    }
}
