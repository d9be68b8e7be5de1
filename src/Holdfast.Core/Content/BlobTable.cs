using Holdfast.Core.Blobs;
using Holdfast.Core.Catalog;
using Holdfast.Protocol;

namespace Holdfast.Core.Content;

/// <summary>A blob's row: which bytes, where they are, and how many links keep them.</summary>
public sealed record BlobRow(long Id, long Size, string? Location, bool IsDamaged);

/// <summary>
/// The queries of <c>blob</c>, <c>small_blob</c>, <c>blob_sums</c> and <c>blob_total</c>. A row counts the links that keep it
/// (<c>refs</c>); each function that makes or ends a link says so.
/// </summary>
public static class BlobTable
{
    /// <summary>The row of the built-in backend <c>local</c>.</summary>
    public const long LocalBackend = 1;

    // A row per stripe keeps writers of several nodes from queueing for one counter.
    const int Stripes = 32;

    const string FindSql = """
        SELECT id, size, location, damaged_at FROM blob WHERE digest = $1 AND backend_id = $2 AND state = 0
        """;

    const string AcquireSql = """
        UPDATE blob SET refs = refs + 1, touched_at = db_now() WHERE id = $1 AND state = 0
        """;

    const string ReleaseSql = """
        UPDATE blob SET refs = refs - 1, touched_at = db_now() WHERE id = $1
        """;

    const string InsertSql = """
        INSERT INTO blob (backend_id, digest, size, location, state, refs, touched_at, verified_at)
        VALUES ($1, $2, $3, $4, 0, 1, db_now(), db_now())
        ON CONFLICT (digest, backend_id) WHERE state = 0 DO NOTHING
        RETURNING id
        """;

    const string InsertBytesSql = "INSERT INTO small_blob (id, sum, bytes) VALUES ($1, $2, $3)";

    const string InsertSumsSql = "INSERT INTO blob_sums (blob_id, segment, sums) VALUES ($1, $2, $3)";

    const string AddTotalSql = """
        INSERT INTO blob_total (stripe, blobs, bytes) VALUES ($1, $2, $3)
        ON CONFLICT (stripe) DO UPDATE SET blobs = blob_total.blobs + excluded.blobs, bytes = blob_total.bytes + excluded.bytes
        """;

    const string TotalsSql = "SELECT CAST(COALESCE(SUM(blobs), 0) AS BIGINT), CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM blob_total";

    const string SumsSql = "SELECT sums FROM blob_sums WHERE blob_id = $1 AND segment = $2";

    const string MarkDamagedSql = "UPDATE blob SET damaged_at = db_now() WHERE id = $1 AND damaged_at IS NULL";

    const string HealSql = """
        UPDATE blob SET location = $2, damaged_at = NULL, verified_at = db_now(), refs = refs + 1, touched_at = db_now()
        WHERE id = $1 AND state = 0
        """;

    const string ReplaceBytesSql = "UPDATE small_blob SET sum = $2, bytes = $3 WHERE id = $1";

    const string BuryLocationSql = """
        INSERT INTO blob (backend_id, digest, size, location, state, refs, touched_at, verified_at)
        VALUES ($1, $2, 0, $3, 1, 0, 0, 0)
        """;

    const string LocationSql = "SELECT 1 FROM blob WHERE digest = $1 AND state = 0 AND location = $2";

    const string GetSql = "SELECT id, size, location, damaged_at FROM blob WHERE id = $1";

    const string InlineSql = "SELECT bytes, sum FROM small_blob WHERE id = $1";

    /// <summary>The live row of these bytes; null when there is none.</summary>
    public static ValueTask<BlobRow?> FindAsync(CatalogSession tx, Digest digest) =>
        tx.FindAsync(FindSql, Map, digest.ToArray(), LocalBackend);

    public static ValueTask<BlobRow?> FindAsync(CatalogSession tx, long id) => tx.FindAsync(GetSql, Map, id);

    /// <summary>Whether a live row names this place of the local backend, whose locations begin with the digest.</summary>
    public static async ValueTask<bool> IsLocationKnownAsync(CatalogSession tx, BlobLocation at) =>
        Digest.TryParseHex(at.Value.AsSpan(0, Math.Min(at.Value.Length, 2 * Digest.Size)), out var digest)
        && await tx.FindAsync(LocationSql, row => row.GetInt64(0), digest.ToArray(), at.Value) != 0;

    /// <summary>One more link to a live row; false when collection has claimed it meanwhile.</summary>
    public static async ValueTask<bool> AcquireAsync(CatalogSession tx, long id) => await tx.ExecuteAsync(AcquireSql, id) == 1;

    /// <summary>One link less. At none the row waits out its grace age for collection.</summary>
    public static async ValueTask ReleaseAsync(CatalogSession tx, long id) => await tx.ExecuteAsync(ReleaseSql, id);

    /// <summary>
    /// A new row with one link, or null when another writer's row came first. A null <paramref name="location"/> means small.
    /// </summary>
    public static async ValueTask<long?> InsertAsync(CatalogSession tx, Digest digest, long size, string? location)
    {
        var id = await tx.FindAsync(InsertSql, row => (long?)row.GetInt64(0), LocalBackend, digest.ToArray(), size, location);
        if (id is not null)
            await AddTotalAsync(tx, id.Value, 1, size);
        return id;
    }

    public static ValueTask<int> InsertBytesAsync(CatalogSession tx, long id, uint sum, ReadOnlyMemory<byte> bytes) =>
        tx.ExecuteAsync(InsertBytesSql, id, (long)sum, bytes);

    public static async ValueTask InsertSumsAsync(CatalogSession tx, long id, ChunkSums sums)
    {
        for (var segment = 0; segment < sums.Segments.Count; segment++)
            await tx.ExecuteAsync(InsertSumsSql, id, (long)segment, sums.Segments[segment]);
    }

    /// <summary>The CRC32C sums of one 64 MiB segment; null when the catalog has none.</summary>
    public static ValueTask<byte[]?> FindSumsAsync(CatalogSession tx, long id, long segment) =>
        tx.FindAsync(SumsSql, row => row.GetBytes(0), id, segment);

    /// <summary>A small blob's bytes and their CRC32C; null when they are a file.</summary>
    public static ValueTask<(byte[] Bytes, uint Sum)?> FindInlineAsync(CatalogSession tx, long id) =>
        tx.FindAsync(InlineSql, row => ((byte[], uint)?)(row.GetBytes(0), (uint)row.GetInt64(1)), id);

    public static async ValueTask<bool> MarkDamagedAsync(CatalogSession tx, long id) => await tx.ExecuteAsync(MarkDamagedSql, id) == 1;

    /// <summary>Gives a damaged row fresh bytes and one more link; the damaged file is left to collection.</summary>
    public static async ValueTask<bool> HealAsync(CatalogSession tx, BlobRow damaged, Digest digest, string location)
    {
        if (await tx.ExecuteAsync(HealSql, damaged.Id, location) != 1)
            return false;
        if (damaged.Location is { } old)
        {
            await tx.ExecuteAsync(BuryLocationSql, LocalBackend, digest.ToArray(), old);
            await AddTotalAsync(tx, damaged.Id, 1, 0);
        }
        return true;
    }

    /// <summary>Like <see cref="HealAsync"/> for a blob whose bytes are a row.</summary>
    public static async ValueTask<bool> HealInlineAsync(CatalogSession tx, BlobRow damaged, uint sum, ReadOnlyMemory<byte> bytes)
    {
        if (await tx.ExecuteAsync(HealSql, damaged.Id, null) != 1)
            return false;
        await tx.ExecuteAsync(ReplaceBytesSql, damaged.Id, (long)sum, bytes);
        return true;
    }

    /// <summary>How many blobs the store holds and how many bytes they are, from counters kept with each change.</summary>
    public static ValueTask<(long Blobs, long Bytes)> TotalsAsync(CatalogSession tx) =>
        tx.FindAsync(TotalsSql, row => (row.GetInt64(0), row.GetInt64(1)));

    internal static async ValueTask AddTotalAsync(CatalogSession tx, long id, long blobs, long bytes) =>
        await tx.ExecuteAsync(AddTotalSql, id % Stripes, blobs, bytes);

    static BlobRow Map(CatalogRow row) => new(row.GetInt64(0), row.GetInt64(1), row.IsNull(2) ? null : row.GetString(2), !row.IsNull(3));
}
