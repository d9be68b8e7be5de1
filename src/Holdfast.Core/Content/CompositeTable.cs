using Holdfast.Core.Catalog;
using Holdfast.Protocol;

namespace Holdfast.Core.Content;

/// <summary>
/// A stretch of a composite: <paramref name="Size"/> bytes at <paramref name="Start"/> are one whole blob, which came with the upload's
/// part <paramref name="Part"/>.
/// </summary>
public sealed record CompositePart(
    long Start, long Size, long BlobId, int Part, byte[]? Checksum, string? Location, bool IsDamaged, Digest Digest);

/// <summary>
/// The queries of <c>composite</c> and <c>composite_part</c>: immutable, shared lists of at most <see cref="MaxBlobs"/> blobs. The list
/// holds one link to each of its blobs; objects and parts hold links to the list.
/// </summary>
public static class CompositeTable
{
    public const int MaxBlobs = 10_000;

    const string InsertSql = """
        INSERT INTO composite (organization_id, size, parts, refs, touched_at, digest, hashed, claimed_at)
        VALUES ($1, $2, $3, 1, db_now(), $4, 0, 0)
        RETURNING id
        """;

    const string AcquireSql = "UPDATE composite SET refs = refs + 1, touched_at = db_now() WHERE id = $1 AND refs > 0";

    const string ReleaseSql = "UPDATE composite SET refs = refs - 1, touched_at = db_now() WHERE id = $1";

    const string PartsSql = """
        SELECT p.start, p.size, p.blob_id, p.part, p.checksum, b.location, b.damaged_at, b.digest
        FROM composite_part p JOIN blob b ON b.id = p.blob_id
        WHERE p.composite_id = $1 AND p.start >= $2 AND p.start < $3
        ORDER BY p.start LIMIT $4
        """;

    const string StartSql = """
        SELECT start FROM composite_part WHERE composite_id = $1 AND start <= $2 ORDER BY start DESC LIMIT 1
        """;

    const string FindPartSql = """
        SELECT whole.start, whole.size, head.checksum
        FROM (
            SELECT MIN(start) AS start, CAST(SUM(size) AS BIGINT) AS size FROM composite_part
            WHERE composite_id = $1 AND part = $2 GROUP BY part) AS whole
        JOIN composite_part head ON head.composite_id = $1 AND head.start = whole.start
        """;

    const string ListPartsSql = """
        SELECT whole.part, whole.size, head.checksum
        FROM (
            SELECT part, CAST(SUM(size) AS BIGINT) AS size, MIN(start) AS start FROM composite_part
            WHERE composite_id = $1 AND part > $2 GROUP BY part ORDER BY part LIMIT $3) AS whole
        JOIN composite_part head ON head.composite_id = $1 AND head.start = whole.start
        ORDER BY whole.part
        """;

    const string ExactSql = "SELECT blob_id, etag, checksum FROM composite_part WHERE composite_id = $1 AND start = $2 AND size = $3";

    const string CountSql = "SELECT parts FROM composite WHERE id = $1";

    const string DigestSql = "SELECT digest FROM composite WHERE id = $1";

    /// <summary>A new list with one link. <paramref name="organization"/> is whose turn it is to have it hashed.</summary>
    public static async ValueTask<long> InsertAsync(CatalogSession tx, long organization, long size, long parts, Digest? digest) =>
        await tx.FindAsync(InsertSql, row => row.GetInt64(0), organization, size, parts, digest?.ToArray());

    public static async ValueTask<bool> AcquireAsync(CatalogSession tx, long id) => await tx.ExecuteAsync(AcquireSql, id) == 1;

    public static async ValueTask ReleaseAsync(CatalogSession tx, long id) => await tx.ExecuteAsync(ReleaseSql, id);

    /// <summary>
    /// At most <paramref name="limit"/> stretches that begin in [<paramref name="from"/>, <paramref name="end"/>), in order.
    /// </summary>
    public static ValueTask<List<CompositePart>> PartsAsync(CatalogSession tx, long id, long from, long end, int limit) =>
        tx.ListAsync(PartsSql, MapPart, id, from, end, (long)limit);

    /// <summary>Where the stretch that covers <paramref name="offset"/> begins.</summary>
    public static ValueTask<long> StartOfAsync(CatalogSession tx, long id, long offset) =>
        tx.FindAsync(StartSql, row => row.GetInt64(0), id, offset);

    /// <summary>Where the upload's part lies, and its checksum when it has one; null when the object has no such part.</summary>
    public static ValueTask<(long Start, long Size, byte[]? Checksum)?> FindPartAsync(CatalogSession tx, long id, int part) =>
        tx.FindAsync(
            FindPartSql, row => ((long, long, byte[]?)?)(row.GetInt64(0), row.GetInt64(1), row.FindBytes(2)), id, (long)part);

    /// <summary>The upload's parts behind <paramref name="after"/> with size and checksum.</summary>
    public static ValueTask<List<(int Number, long Size, byte[]? Checksum)>> ListPartsAsync(
        CatalogSession tx, long id, int after, int limit) =>
        tx.ListAsync(
            ListPartsSql,
            row => ((int)row.GetInt64(0), row.GetInt64(1), row.IsNull(2) ? null : row.GetBytes(2)),
            id,
            (long)after,
            (long)limit);

    /// <summary>
    /// The blob that is exactly this stretch, with the MD5 and the checksum it was uploaded with; null when the range is no whole stretch.
    /// </summary>
    public static ValueTask<(long BlobId, byte[] Md5, byte[]? Checksum)?> FindExactAsync(
        CatalogSession tx, long id, long start, long size) =>
        tx.FindAsync(ExactSql, row => ((long, byte[], byte[]?)?)(row.GetInt64(0), row.GetBytes(1), row.FindBytes(2)), id, start, size);

    /// <summary>How many blobs it is made of; 0 when it is gone.</summary>
    public static ValueTask<long> CountAsync(CatalogSession tx, long id) => tx.FindAsync(CountSql, row => row.GetInt64(0), id);

    public static ValueTask<Digest?> FindDigestAsync(CatalogSession tx, long id) =>
        tx.FindAsync(DigestSql, row => row.IsNull(0) ? null : (Digest?)new Digest(row.GetBytes(0)), id);

    static CompositePart MapPart(CatalogRow row) => new(
        row.GetInt64(0),
        row.GetInt64(1),
        row.GetInt64(2),
        (int)row.GetInt64(3),
        row.IsNull(4) ? null : row.GetBytes(4),
        row.IsNull(5) ? null : row.GetString(5),
        !row.IsNull(6),
        new Digest(row.GetBytes(7)));
}
