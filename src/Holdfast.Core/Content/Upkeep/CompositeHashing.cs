using System.Buffers;
using Holdfast.Core.Blobs;
using Holdfast.Core.Catalog;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Content.Upkeep;

/// <summary>
/// Finds the SHA-256 of composites in the background: once for each, claimed by one node at a time, resumed where the last run stopped.
/// Organizations take turns of at most <paramref name="turnBytes"/>, so that what one of them uploads does not keep the others waiting.
/// Not thread safe: one loop a node runs it.
/// </summary>
public sealed class CompositeHashing(Catalog.Catalog catalog, ContentReads reads, long turnBytes = CompositeHashing.MaxTurnBytes)
{
    // A second or two of hashing.
    const long MaxTurnBytes = 1L << 30;

    // Progress is saved, and the claim renewed, after this many bytes.
    const long SaveEveryBytes = 256L << 20;

    static readonly long ClaimMicros = CatalogTime.ToMicros(TimeSpan.FromMinutes(10));

    // By composite_pending.
    const string FindSql = """
        SELECT id FROM composite
        WHERE digest IS NULL AND refs > 0 AND claimed_at <= db_now() - $1 AND organization_id > $2
        ORDER BY organization_id, claimed_at LIMIT 1
        """;

    const string ClaimSql = """
        UPDATE composite SET claimed_at = db_now() WHERE id = $1 RETURNING id, size, hashed, hash_state, organization_id
        """;

    // The last is how far back the claim is put: 0 keeps it.
    const string SaveSql = """
        UPDATE composite SET hashed = $2, hash_state = $3, claimed_at = db_now() - $4 WHERE id = $1 AND digest IS NULL
        """;

    const string FinishSql = "UPDATE composite SET digest = $2, hash_state = NULL WHERE id = $1";

    long _lastOrganization;

    /// <summary>
    /// A turn of the next organization: hashes one composite to its end, or as far as a turn goes. False when none waits. A damaged one
    /// keeps waiting for its next claim.
    /// </summary>
    public async ValueTask<bool> RunOnceAsync(CancellationToken ct)
    {
        var work = await ClaimAsync(_lastOrganization, ct) ?? (_lastOrganization > 0 ? await ClaimAsync(0, ct) : null);
        _lastOrganization = work?.Organization ?? 0;
        if (work is null)
            return false;
        var hash = work.State is null ? new ResumableSha256() : ResumableSha256.Restore(work.State);
        try
        {
            await HashAsync(work, hash, ct);
        }
        catch (StoreException refusal) when (refusal.Error is StoreError.BlobDamaged)
        {
            return true;
        }
        return true;
    }

    async ValueTask HashAsync(Work work, ResumableSha256 hash, CancellationToken ct)
    {
        var content = new ContentRef(work.Size, null, work.Id, null, null, false, null, 0);
        var buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
        try
        {
            var (done, saved) = (work.Hashed, work.Hashed);
            await using var reader = await reads.OpenAsync(content, new ByteRange(done, work.Size - done), ct);
            while (await reader.ReadAsync(buffer, ct) is var count and > 0)
            {
                hash.Append(buffer.AsSpan(0, count));
                done += count;
                var isOver = done - work.Hashed >= turnBytes && done < work.Size;
                if (!isOver && done - saved < SaveEveryBytes)
                    continue;
                if (!await SaveAsync(work, done, hash, isOver, ct) || isOver)
                    return;
                saved = done;
            }
            var digest = hash.Finish();
            await catalog.WriteAsync(tx => tx.ExecuteAsync(FinishSql, work.Id, digest.ToArray()), ct);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// False when another node has finished it meanwhile. A turn that is over gives the claim back, behind what nobody began.
    /// </summary>
    async ValueTask<bool> SaveAsync(Work work, long done, ResumableSha256 hash, bool isOver, CancellationToken ct)
    {
        var (state, back) = (hash.Save(), isOver ? ClaimMicros : 0);
        return await catalog.WriteAsync(tx => tx.ExecuteAsync(SaveSql, work.Id, done, state, back), ct) > 0;
    }

    ValueTask<Work?> ClaimAsync(long after, CancellationToken ct) => catalog.WriteAsync(tx => ClaimAsync(tx, after), ct);

    static async ValueTask<Work?> ClaimAsync(CatalogSession tx, long after)
    {
        const string findAndLock = FindSql + " FOR UPDATE SKIP LOCKED";
        var id = await tx.FindAsync(tx.HasRowLocks ? findAndLock : FindSql, row => row.GetInt64(0), ClaimMicros, after);
        return id == 0 ? null : await tx.FindAsync(ClaimSql, Map, id);
    }

    static Work Map(CatalogRow row) => new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.FindBytes(3), row.GetInt64(4));

    sealed record Work(long Id, long Size, long Hashed, byte[]? State, long Organization);
}
