using Holdfast.TestKit.Catalog;
using Holdfast.TestKit.Peers;

namespace Holdfast.Core.Tests.Objects;

public sealed class HistoryTests
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

        await CheckAsync(test, seed);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public async Task A_history_on_postgresql_is_what_a_model_says(int seed)
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        await using var test = await TestCatalog.OpenPostgresAsync(null, TestContext.Current.CancellationToken);

        await CheckAsync(test, seed);
    }

    static async Task CheckAsync(TestCatalog test, int seed)
    {
        var history = new StoreHistory(test.Catalog, seed);
        await history.RunAsync(150);
        await history.CheckLinksAsync();
    }
}
