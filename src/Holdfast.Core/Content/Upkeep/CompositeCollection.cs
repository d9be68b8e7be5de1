using Holdfast.Core.Catalog;

namespace Holdfast.Core.Content.Upkeep;

/// <summary>
/// Removes composites that no object has used for the grace age, and with them their links to blobs: whoever began to read one in time can
/// finish. One composite a transaction.
/// </summary>
public sealed class CompositeCollection(Catalog.Catalog catalog, TimeSpan grace)
{
    readonly long _graceMicros = CatalogTime.ToMicros(grace);

    const string FindSql = "SELECT id FROM composite WHERE refs = 0 AND touched_at <= db_now() - $1 ORDER BY touched_at LIMIT 1";

    const string ReleaseBlobsSql = """
        UPDATE blob SET refs = refs - gone.links, touched_at = db_now()
        FROM (SELECT blob_id, COUNT(*) AS links FROM composite_part WHERE composite_id = $1 GROUP BY blob_id) AS gone
        WHERE gone.blob_id = blob.id
        """;

    const string DeletePartsSql = "DELETE FROM composite_part WHERE composite_id = $1";

    const string DeleteSql = "DELETE FROM composite WHERE id = $1";

    /// <summary>False when there was nothing to remove.</summary>
    public ValueTask<bool> RunOnceAsync(CancellationToken ct) => catalog.WriteAsync(RemoveOneAsync, ct);

    // A composite without links can never get one again (CompositeTable.AcquireAsync): no writer is raced here.
    async ValueTask<bool> RemoveOneAsync(CatalogSession tx)
    {
        const string findAndLock = FindSql + " FOR UPDATE SKIP LOCKED";
        var id = await tx.FindAsync(tx.HasRowLocks ? findAndLock : FindSql, row => row.GetInt64(0), _graceMicros);
        if (id == 0)
            return false;
        await tx.ExecuteAsync(ReleaseBlobsSql, id);
        await tx.ExecuteAsync(DeletePartsSql, id);
        await tx.ExecuteAsync(DeleteSql, id);
        return true;
    }
}
