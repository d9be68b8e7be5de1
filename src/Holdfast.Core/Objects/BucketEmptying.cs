using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Protocol.S3;

namespace Holdfast.Core.Objects;

/// <summary>How many versions (delete markers included) a bucket holds and the bytes of its objects, or how many were removed.</summary>
public readonly record struct BucketContents(long Versions, long Bytes);

/// <summary>
/// Empties a bucket in bounded steps. The bucket takes no new objects from the first step on, so the end is reached; every step is a
/// transaction, so the work goes on where it stopped after a crash.
/// </summary>
public static class BucketEmptying
{
    const int VersionsPerStep = 200;

    const string StepSql = """
        SELECT key, seq, size, blob_id, composite_id FROM object_version WHERE bucket_id = $1 ORDER BY key, seq LIMIT $2
        """;

    const string DeleteSql = "DELETE FROM object_version WHERE bucket_id = $1 AND key = $2 AND seq = $3";

    const string DeleteHeadSql = "DELETE FROM object_head WHERE bucket_id = $1 AND key = $2";

    const string DeleteArtifactSql = "DELETE FROM artifact WHERE bucket_id = $1 AND key = $2 AND seq = $3";

    const string DeleteLabelsSql = "DELETE FROM artifact_label WHERE bucket_id = $1 AND key = $2 AND seq = $3";

    const string CountSql = """
        SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM object_version WHERE bucket_id = $1
        """;

    /// <summary>What emptying would remove. Reads the whole bucket: for a dry run only.</summary>
    public static ValueTask<BucketContents> CountAsync(CatalogSession tx, long bucketId) =>
        tx.FindAsync(CountSql, row => new BucketContents(row.GetInt64(0), row.GetInt64(1)), bucketId);

    /// <summary>Removes some versions; none are left when it removed none.</summary>
    public static async ValueTask<BucketContents> StepAsync(CatalogSession tx, long bucketId)
    {
        await BucketTable.SetEmptyingAsync(tx, bucketId, true);
        var versions = await tx.ListAsync(StepSql, Map, bucketId, (long)VersionsPerStep);
        foreach (var version in versions)
        {
            await ObjectTable.LockAsync(tx, bucketId, ObjectKey.FromTrusted(version.Key));
            if (await tx.ExecuteAsync(DeleteSql, bucketId, version.Key, version.Seq) > 0)
                await ReleaseAsync(tx, bucketId, version);
            await tx.ExecuteAsync(DeleteHeadSql, bucketId, version.Key);
        }
        return new BucketContents(versions.Count, versions.Sum(version => version.Size));
    }

    static async ValueTask ReleaseAsync(CatalogSession tx, long bucketId, Doomed version)
    {
        await tx.ExecuteAsync(DeleteArtifactSql, bucketId, version.Key, version.Seq);
        await tx.ExecuteAsync(DeleteLabelsSql, bucketId, version.Key, version.Seq);
        if (version.BlobId is { } blob)
            await BlobTable.ReleaseAsync(tx, blob);
        if (version.CompositeId is { } composite)
            await CompositeTable.ReleaseAsync(tx, composite);
    }

    static Doomed Map(CatalogRow row) =>
        new(row.GetBytes(0), row.GetInt64(1), row.GetInt64(2), row.FindInt64(3), row.FindInt64(4));

    sealed record Doomed(byte[] Key, long Seq, long Size, long? BlobId, long? CompositeId);
}
