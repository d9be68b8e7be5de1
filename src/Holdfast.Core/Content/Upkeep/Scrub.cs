using System.Buffers;
using Holdfast.Core.Blobs;
using Holdfast.Core.Catalog;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Content.Upkeep;

/// <summary>What a scrub has seen so far. Bytes are those read and hashed.</summary>
public sealed record ScrubProgress(long Blobs, long Bytes, long Damaged, long LastId);

/// <summary>
/// Re-hashes blobs in the order they arrived and compares them with their names. A damaged one is marked, so that it is never served and
/// the next upload of the same bytes replaces it. Reads from a backend at most <c>bytesPerSecond</c> (0: as fast as it goes).
/// </summary>
public sealed class Scrub(Catalog.Catalog catalog, ContentReads reads, DamageReports damage, TimeProvider clock, long bytesPerSecond)
{
    const int BatchSize = 100;

    const string BatchSql = """
        SELECT id, digest, size, location, damaged_at FROM blob
        WHERE id > $1 AND state = 0 AND verified_at <= db_now() - $2 ORDER BY id LIMIT $3
        """;

    const string VerifiedSql = "UPDATE blob SET verified_at = db_now() WHERE id = $1";

    /// <summary>
    /// Goes through the blobs behind <paramref name="afterId"/> that were not verified within <paramref name="minAge"/>, reporting after
    /// each batch; the last report says what was found.
    /// </summary>
    public async ValueTask<ScrubProgress> RunAsync(long afterId, TimeSpan minAge, Action<ScrubProgress> report, CancellationToken ct)
    {
        var progress = new ScrubProgress(0, 0, 0, afterId);
        var started = clock.GetTimestamp();
        while (true)
        {
            var last = progress.LastId;
            var batch = await catalog.ReadAsync(tx => tx.ListAsync(BatchSql, Map, last, CatalogTime.ToMicros(minAge), (long)BatchSize), ct);
            if (batch.Count == 0)
                return progress;
            foreach (var blob in batch)
            {
                var isSound = await VerifyAsync(blob, ct);
                progress = new ScrubProgress(
                    progress.Blobs + 1,
                    progress.Bytes + blob.Content.Size,
                    progress.Damaged + (isSound ? 0 : 1),
                    blob.Id);
                await PaceAsync(started, progress.Bytes, ct);
            }
            report(progress);
        }
    }

    async ValueTask<bool> VerifyAsync(Candidate blob, CancellationToken ct)
    {
        var isSound = !blob.Content.IsDamaged && await HashesToItsNameAsync(blob, ct);
        if (isSound)
            await catalog.WriteAsync(tx => tx.ExecuteAsync(VerifiedSql, blob.Id), ct);
        else
            await damage.MarkAsync(blob.Id, ct);
        return isSound;
    }

    async ValueTask<bool> HashesToItsNameAsync(Candidate blob, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
        try
        {
            await using var reader = await reads.OpenAsync(blob.Content, ByteRange.All(blob.Content.Size), ct);
            var hash = new ResumableSha256();
            while (await reader.ReadAsync(buffer, ct) is var count and > 0)
                hash.Append(buffer.AsSpan(0, count));
            return hash.Finish() == blob.Content.Digest;
        }
        catch (StoreException refusal) when (refusal.Error is StoreError.BlobDamaged)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    async ValueTask PaceAsync(long started, long bytes, CancellationToken ct)
    {
        if (bytesPerSecond <= 0)
            return;
        var ahead = TimeSpan.FromSeconds((double)bytes / bytesPerSecond) - clock.GetElapsedTime(started);
        if (ahead > TimeSpan.Zero)
            await Task.Delay(ahead, clock, ct);
    }

    static Candidate Map(CatalogRow row) => new(
        row.GetInt64(0),
        new ContentRef(row.GetInt64(2), row.GetInt64(0), null, new Digest(row.GetSpan(1)), row.FindString(3), !row.IsNull(4), null, 0));

    sealed record Candidate(long Id, ContentRef Content);
}
