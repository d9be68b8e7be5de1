using Holdfast.TestKit.Catalog;
using Holdfast.TestKit.Peers;

namespace Holdfast.Core.Tests.Repositories;

public sealed class TidiedHistoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task A_history_of_repositories_on_sqlite_is_what_a_model_says(int seed)
    {
        var clock = new MovableClock();
        await using var test = await TestCatalog.OpenSqliteAsync(clock, TestContext.Current.CancellationToken);

        await TidiedHistory.CheckAsync(test.Catalog, clock, seed);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public async Task A_history_of_repositories_on_postgresql_is_what_a_model_says(int seed)
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        var clock = new MovableClock();
        await using var test = await TestCatalog.OpenPostgresAsync(clock, TestContext.Current.CancellationToken);

        await TidiedHistory.CheckAsync(test.Catalog, clock, seed);
    }
}
