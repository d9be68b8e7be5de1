using Holdfast.TestKit.Catalog;
using Holdfast.TestKit.Peers;

namespace Holdfast.Core.Tests.Repositories;

public sealed class RepositoryHistoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task A_history_on_sqlite_is_what_a_model_says(int seed)
    {
        await using var test = await TestCatalog.OpenSqliteAsync(null, TestContext.Current.CancellationToken);

        await RepositoryHistory.CheckAsync(test.Catalog, seed);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public async Task A_history_on_postgresql_is_what_a_model_says(int seed)
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        await using var test = await TestCatalog.OpenPostgresAsync(null, TestContext.Current.CancellationToken);

        await RepositoryHistory.CheckAsync(test.Catalog, seed);
    }
}
