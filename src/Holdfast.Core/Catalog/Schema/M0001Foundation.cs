namespace Holdfast.Core.Catalog.Schema;

/// <summary>The clock of the database and the nodes that work on it.</summary>
static class M0001Foundation
{
    public static Migration Step { get; } = new(1, "foundation", SqliteSql, PostgresSql);

    /// <summary><c>db_now()</c> is a function of every SQLite connection, so only the table is made here.</summary>
    const string SqliteSql = """
        CREATE TABLE node (
            id BIGINT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            lease_until BIGINT NOT NULL
        ) WITHOUT ROWID;
        """;

    /// <summary>The setting <c>holdfast.now</c> stops the clock of one transaction at a given time; only tests set it.</summary>
    const string PostgresSql = """
        CREATE FUNCTION db_now() RETURNS BIGINT LANGUAGE SQL VOLATILE PARALLEL SAFE AS $$
            SELECT COALESCE(
                NULLIF(current_setting('holdfast.now', true), '')::BIGINT,
                (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT)
        $$;

        CREATE TABLE node (
            id BIGINT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            lease_until BIGINT NOT NULL
        );
        """;
}
