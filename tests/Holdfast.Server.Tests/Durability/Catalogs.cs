using Holdfast.TestKit.Peers;

namespace Holdfast.Server.Tests.Durability;

/// <summary>The catalog that this run of the tests is about (HOLDFAST_TEST_CATALOG), fresh.</summary>
static class Catalogs
{
    public static async Task<string> NewAsync() =>
        Environment.GetEnvironmentVariable("HOLDFAST_TEST_CATALOG") == "postgresql" ? await NewPostgresAsync() : "sqlite";

    /// <summary>Skips the test where there is no PostgreSQL.</summary>
    public static async Task<string> NewPostgresAsync()
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        return await (await PostgresServer.GetSharedAsync()).CreateDatabaseAsync();
    }
}
