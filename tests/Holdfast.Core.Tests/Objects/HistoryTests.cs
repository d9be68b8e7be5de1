using Holdfast.TestKit.Catalog;

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

        await StoreHistory.CheckAsync(test.Catalog, seed);
    }
}
