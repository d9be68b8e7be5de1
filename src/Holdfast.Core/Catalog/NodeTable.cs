namespace Holdfast.Core.Catalog;

/// <summary>The queries of <c>node</c>: which servers are alive, by leases on the database's clock.</summary>
public static class NodeTable
{
    const string RenewSql = "UPDATE node SET lease_until = db_now() + $2 WHERE name = $1";

    const string InsertSql = """
        INSERT INTO node (id, name, lease_until) SELECT COALESCE(MAX(id), 0) + 1, $1, db_now() + $2 FROM node
        """;

    const string FindSql = "SELECT lease_until FROM node WHERE name = $1";

    const string DeadSql = "SELECT 1 FROM node WHERE name = $1 AND lease_until <= db_now() - $2";

    /// <summary>Says that this node lives for at least <paramref name="lease"/> more.</summary>
    public static async ValueTask<bool> RenewAsync(CatalogSession tx, string name, TimeSpan lease)
    {
        var micros = CatalogTime.ToMicros(lease);
        return await tx.ExecuteAsync(RenewSql, name, micros) > 0 || await tx.ExecuteAsync(InsertSql, name, micros) > 0;
    }

    /// <summary>
    /// Whether a node's lease has been expired for <paramref name="age"/>. One that never had a lease gets an expired one now, so that its
    /// age is counted from the first time it was met.
    /// </summary>
    public static async ValueTask<bool> TakeDeadAsync(CatalogSession tx, string name, TimeSpan age)
    {
        if (await tx.FindAsync(FindSql, row => (long?)row.GetInt64(0), name) is null)
            await tx.ExecuteAsync(InsertSql, name, 0L);
        return await tx.FindAsync(DeadSql, row => row.GetInt64(0), name, CatalogTime.ToMicros(age)) != 0;
    }
}
