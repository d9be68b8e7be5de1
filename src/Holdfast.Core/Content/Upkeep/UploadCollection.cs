using Holdfast.Core.Catalog;
using Holdfast.Core.Objects;

namespace Holdfast.Core.Content.Upkeep;

/// <summary>
/// Ends uploads that nobody finishes: one not touched for the expiry is given up, an abandoned one loses its parts in bounded steps, and
/// the memory of a completed one (which makes a repeated Complete succeed) goes after a day.
/// </summary>
public sealed class UploadCollection(Catalog.Catalog catalog, TimeSpan expiry)
{
    const int PartsPerStep = 200;

    static readonly TimeSpan RememberCompleted = TimeSpan.FromDays(1);

    const string ExpireSql = "UPDATE upload SET state = 2, touched_at = 0 WHERE state = 0 AND touched_at <= db_now() - $1";

    const string ForgetSql = "DELETE FROM upload WHERE state = 1 AND touched_at <= db_now() - $1";

    const string FindAbandonedSql = "SELECT id FROM upload WHERE state = 2 AND touched_at = 0 ORDER BY id LIMIT 1";

    const string DeleteSql = "DELETE FROM upload WHERE id = $1";

    /// <summary>One bounded step; false when there was nothing to do.</summary>
    public ValueTask<bool> RunOnceAsync(CancellationToken ct) => catalog.WriteAsync(StepAsync, ct);

    async ValueTask<bool> StepAsync(CatalogSession tx)
    {
        var expired = await tx.ExecuteAsync(ExpireSql, CatalogTime.ToMicros(expiry));
        var forgotten = await tx.ExecuteAsync(ForgetSql, CatalogTime.ToMicros(RememberCompleted));
        const string findAndLock = FindAbandonedSql + " FOR UPDATE SKIP LOCKED";
        var id = await tx.FindAsync(tx.HasRowLocks ? findAndLock : FindAbandonedSql, row => row.GetInt64(0));
        if (id == 0)
            return expired + forgotten > 0;
        var parts = await UploadTable.ListPartsAsync(tx, id, 0, PartsPerStep);
        foreach (var part in parts)
            await UploadTable.RemovePartAsync(tx, id, part);
        if (parts.Count < PartsPerStep)
            await tx.ExecuteAsync(DeleteSql, id);
        return true;
    }
}
