using Holdfast.TestKit.Catalog;
using Holdfast.TestKit.Peers;

namespace Holdfast.Core.Tests.Objects;

public sealed class PostgresHistoryTests
{
    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public async Task A_history_on_postgresql_is_what_a_model_says(int seed)
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        await using var test = await TestCatalog.OpenPostgresAsync(null, TestContext.Current.CancellationToken);

        await StoreHistory.CheckAsync(test.Catalog, seed);
    }
}
