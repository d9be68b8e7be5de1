using System.Buffers;
using Holdfast.Core.Blobs;
using Holdfast.Core.Catalog;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Content.Upkeep;

/// <summary>
/// Finds the SHA-256 of composites in the background: once for each, claimed by one node at a time, resumed where the last run stopped.
/// </summary>
public sealed class CompositeHashing(Catalog.Catalog catalog, ContentReads reads)
{
    // Progress is saved, and the claim renewed, after this many bytes.
    const long SaveEveryBytes = 256L << 20;

    static readonly long ClaimMicros = CatalogTime.ToMicros(TimeSpan.FromMinutes(10));

    const string FindSql = """
        SELECT id FROM composite WHERE digest IS NULL AND refs > 0 AND claimed_at <= db_now() - $1 ORDER BY claimed_at LIMIT 1
        """;

    const string ClaimSql = "UPDATE composite SET claimed_at = db_now() WHERE id = $1 RETURNING id, size, hashed, hash_state";

    const string SaveSql = "UPDATE composite SET hashed = $2, hash_state = $3, claimed_at = db_now() WHERE id = $1 AND digest IS NULL";

    const string FinishSql = "UPDATE composite SET digest = $2, hash_state = NULL WHERE id = $1";

    /// <summary>Hashes one composite to its end; false when none waits. A damaged one keeps waiting for its next claim.</summary>
    public async ValueTask<bool> RunOnceAsync(CancellationToken ct)
    {
        if (await catalog.WriteAsync(ClaimAsync, ct) is not { } work)
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
                if (done - saved < SaveEveryBytes)
                    continue;
                var (at, state) = (done, hash.Save());
                if (await catalog.WriteAsync(tx => tx.ExecuteAsync(SaveSql, work.Id, at, state), ct) == 0)
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

    static async ValueTask<Work?> ClaimAsync(CatalogSession tx)
    {
        const string findAndLock = FindSql + " FOR UPDATE SKIP LOCKED";
        var id = await tx.FindAsync(tx.HasRowLocks ? findAndLock : FindSql, row => row.GetInt64(0), ClaimMicros);
        return id == 0
            ? null
            : await tx.FindAsync(ClaimSql, row => new Work(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.FindBytes(3)), id);
    }

    sealed record Work(long Id, long Size, long Hashed, byte[]? State);
}
