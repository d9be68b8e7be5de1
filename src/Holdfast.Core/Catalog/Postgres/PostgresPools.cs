using Npgsql;

namespace Holdfast.Core.Catalog.Postgres;

/// <summary>
/// The two pools of connections: those that may write, and those on which every transaction, one of a single statement too, is read-only
/// and REPEATABLE READ.
/// </summary>
static class PostgresPools
{
    const int PreparedStatements = 500;

    public static NpgsqlDataSource ForWrites(PostgresOptions options) => Build(options, options.MaxWriters, "read\\ committed", "off");

    public static NpgsqlDataSource ForReads(PostgresOptions options) => Build(options, options.MaxReaders, "repeatable\\ read", "on");

    static NpgsqlDataSource Build(PostgresOptions options, int connections, string isolation, string readOnly)
    {
        var address = PostgresAddress.Parse(options.Address);
        address.ApplicationName ??= "holdfastd";
        var own = $"-c default_transaction_isolation={isolation} -c default_transaction_read_only={readOnly}";
        address.Options = string.IsNullOrEmpty(address.Options) ? own : $"{address.Options} {own}";
        address.MaxPoolSize = connections;
        address.MaxAutoPrepare = PreparedStatements;
        address.AutoPrepareMinUsages = 2;
        address.NoResetOnClose = true; // nothing is left on a connection: no temporary tables, no session locks
        address.Enlist = false;
        return new NpgsqlDataSourceBuilder(address.ConnectionString).Build();
    }
}
