using Holdfast.Core.Blobs;
using Holdfast.Core.Catalog;

namespace Holdfast.Core.Content.Upkeep;

/// <summary>
/// Removes blobs that no link keeps, in three steps (design: "Collection"): claim the row as <c>deleting</c> while re-checking that it has
/// no links, delete the bytes, delete the row. Any number of nodes may run it at once; each round's work is bounded.
/// </summary>
public sealed class BlobCollection(Catalog.Catalog catalog, IBlobStore store, TimeSpan grace, int batchSize)
{
    /// <summary>Blobs claimed by one round.</summary>
    public int BatchSize { get; } = batchSize;

    // A claim whose collector died is taken over after this long. An engine without row locks has one process, which runs one round at a
    // time: what is claimed when a round begins was left by a crash or a fault, and is taken over at once.
    static readonly long ClaimMicros = CatalogTime.ToMicros(TimeSpan.FromMinutes(5));

    const string Unreferenced =
        "SELECT id FROM blob WHERE refs = 0 AND state = 0 AND touched_at <= db_now() - $1 ORDER BY touched_at LIMIT $2";

    const string Abandoned = "SELECT id FROM blob WHERE state = 1 AND touched_at <= db_now() - $1 ORDER BY touched_at LIMIT $2";

    const string SkipLocked = " FOR UPDATE SKIP LOCKED";

    // The outer conditions are judged again on the row as it is when the update reaches it: a writer that took a link first wins.
    const string ClaimHead = "UPDATE blob SET state = 1, touched_at = db_now() WHERE id IN (";

    const string ClaimTail = ") AND refs = 0 AND state = 0 AND touched_at <= db_now() - $1 RETURNING id, location, size";

    const string ReclaimHead = "UPDATE blob SET touched_at = db_now() WHERE id IN (";

    const string ReclaimTail = ") AND state = 1 AND touched_at <= db_now() - $1 RETURNING id, location, size";

    const string DeleteSql = "DELETE FROM blob WHERE id = $1 AND state = 1";

    const string DeleteBytesSql = "DELETE FROM small_blob WHERE id = $1";

    const string DeleteSumsSql = "DELETE FROM blob_sums WHERE blob_id = $1";

    /// <summary>One round; how many blobs it removed. Fewer than <see cref="BatchSize"/> means there is no more to do now.</summary>
    public async ValueTask<int> RunOnceAsync(CancellationToken ct)
    {
        var claimed = await catalog.WriteAsync(ClaimAsync, ct);
        foreach (var blob in claimed)
        {
            if (blob.Location is not null)
                await store.DeleteAsync(new BlobLocation(blob.Location), ct);
        }
        if (claimed.Count > 0)
            await catalog.WriteAsync(tx => ForgetAsync(tx, claimed), ct);
        return claimed.Count;
    }

    async ValueTask<List<Claimed>> ClaimAsync(CatalogSession tx)
    {
        var reclaim = tx.HasRowLocks ? ReclaimHead + Abandoned + SkipLocked + ReclaimTail : ReclaimHead + Abandoned + ReclaimTail;
        var claim = tx.HasRowLocks ? ClaimHead + Unreferenced + SkipLocked + ClaimTail : ClaimHead + Unreferenced + ClaimTail;
        var claimed = await tx.ListAsync(reclaim, Map, tx.HasRowLocks ? ClaimMicros : 0, (long)BatchSize);
        claimed.AddRange(await tx.ListAsync(claim, Map, CatalogTime.ToMicros(grace), (long)BatchSize));
        return claimed;
    }

    static async ValueTask<int> ForgetAsync(CatalogSession tx, List<Claimed> claimed)
    {
        foreach (var blob in claimed)
        {
            if (await tx.ExecuteAsync(DeleteSql, blob.Id) == 0)
                continue;
            if (blob.Location is null)
                await tx.ExecuteAsync(DeleteBytesSql, blob.Id);
            else
                await tx.ExecuteAsync(DeleteSumsSql, blob.Id);
            await BlobTable.AddTotalAsync(tx, blob.Id, -1, -blob.Size);
        }
        return claimed.Count;
    }

    static Claimed Map(CatalogRow row) => new(row.GetInt64(0), row.FindString(1), row.GetInt64(2));

    sealed record Claimed(long Id, string? Location, long Size);
}
