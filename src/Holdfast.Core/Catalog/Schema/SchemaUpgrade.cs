using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Catalog.Schema;

/// <summary>Brings a database to the last migration known here, one transaction a step. Safe to run on several nodes at once.</summary>
static class SchemaUpgrade
{
    const string CreateVersions = """
        CREATE TABLE IF NOT EXISTS schema_version (
            number BIGINT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            applied_at BIGINT NOT NULL
        )
        """;

    const string FindVersion = "SELECT MAX(number) FROM schema_version";

    const string InsertVersion = "INSERT INTO schema_version (number, name, applied_at) VALUES ($1, $2, db_now())";

    /// <summary>
    /// <paramref name="apply"/> runs a step's text in the session, after taking what keeps other nodes out. Throws CatalogUnavailable
    /// when the database is ahead of <paramref name="migrations"/>.
    /// </summary>
    public static async ValueTask RunAsync(
        CatalogEngine engine,
        IReadOnlyList<Migration> migrations,
        Func<CatalogSession, ValueTask> enter,
        Func<CatalogSession, Migration, ValueTask> apply,
        CancellationToken ct)
    {
        while (await engine.WriteAsync(StepAsync, ct))
        {
        }

        async ValueTask<bool> StepAsync(CatalogSession session)
        {
            await enter(session);
            await session.ExecuteAsync(CreateVersions);
            var version = await session.FindAsync(FindVersion, static row => row.FindInt64(0)) ?? 0;
            Require(version, migrations.Count);
            if (version == migrations.Count)
            {
                return false;
            }
            var step = migrations[(int)version];
            await apply(session, step);
            await session.ExecuteAsync(InsertVersion, step.Number, step.Name);
            return true;
        }
    }

    static void Require(long version, int known)
    {
        if (version > known)
        {
            throw new StoreException(
                StoreError.CatalogUnavailable,
                $"the catalog's schema is version {version}, this holdfastd knows up to {known}: start a newer holdfastd");
        }
    }
}
