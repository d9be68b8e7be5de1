using Holdfast.Core.Catalog;
using Holdfast.Protocol;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Repositories;

/// <summary>
/// Deletes manifests that nothing reaches, in repositories that ask for it: without a tag and in no index, or referring to a subject that
/// is gone. What turns out to be kept is looked at again only after another such age, so that no round walks a whole repository.
/// </summary>
public sealed class UntaggedCollection(Catalog.Catalog catalog)
{
    // Each may name thousands of blobs.
    const int BatchSize = 20;

    // Of one repository in one round, so that the next is not kept waiting.
    const int MaxBatches = 50;

    // By repository_tidied.
    const string RepositoriesSql = """
        SELECT id, untagged_age, dangling_age, bucket_id FROM repository
        WHERE (untagged_age IS NOT NULL OR dangling_age IS NOT NULL) AND id > $1 ORDER BY id LIMIT 100
        """;

    // By manifest_untagged and manifest_referring. Those that refer to a subject are judged by another age, and asked for apart.
    const string Candidates = "SELECT digest, blob_id, subject FROM manifest WHERE repository_id = $1 AND tags = 0 AND ";

    const string Old = "touched_at <= db_now() - $2 ORDER BY touched_at LIMIT $3";

    const string PlainSql = $"{Candidates} subject IS NULL AND {Old}";

    const string PlainLockedSql = $"{PlainSql} FOR UPDATE SKIP LOCKED";

    const string ReferringSql = $"{Candidates} subject IS NOT NULL AND {Old}";

    const string ReferringLockedSql = $"{ReferringSql} FOR UPDATE SKIP LOCKED";

    // By manifest_ref_by_target: an index may have named it by its other digest.
    const string HasParentSql = """
        SELECT 1 FROM manifest_ref WHERE repository_id = $1 AND kind = 1 AND target = $2 LIMIT 1
        """;

    const string HasManifestSql = "SELECT 1 FROM manifest WHERE repository_id = $1 AND digest = $2";

    // The clock may stand still in a test: an age of zero must not find it again in the same round.
    const string KeepSql = "UPDATE manifest SET touched_at = db_now() + 1 WHERE repository_id = $1 AND digest = $2";

    /// <summary>A round over the repositories that ask for it; how many manifests went.</summary>
    public async ValueTask<int> RunAsync(CancellationToken ct)
    {
        var removed = 0;
        for (var after = 0L; ;)
        {
            var page = await catalog.ReadAsync(tx => tx.ListAsync(RepositoriesSql, Map, after), ct);
            foreach (var one in page)
                removed += await TidyAsync(one, ct);
            if (page.Count < 100)
                return removed;
            after = page[^1].Id;
        }
    }

    async ValueTask<int> TidyAsync(Tidied repository, CancellationToken ct)
    {
        var (removed, isMore) = (0, true);
        for (var batch = 0; isMore && batch < MaxBatches; batch++)
        {
            isMore = false;
            if (repository.Untagged is { } untagged)
                Add(await catalog.WriteAsync(tx => TidyAsync(tx, repository, tx.HasRowLocks ? PlainLockedSql : PlainSql, untagged), ct));
            if (repository.Dangling is { } dangling)
                Add(await catalog.WriteAsync(
                    tx => TidyAsync(tx, repository, tx.HasRowLocks ? ReferringLockedSql : ReferringSql, dangling), ct));
        }
        return removed;

        void Add((int Seen, int Removed) step) => (removed, isMore) = (removed + step.Removed, isMore || step.Seen == BatchSize);
    }

    static async ValueTask<(int Seen, int Removed)> TidyAsync(CatalogSession tx, Tidied repository, string sql, long age)
    {
        var candidates = await tx.ListAsync(
            sql,
            row => (Digest: row.GetBytes(0), Blob: row.GetInt64(1), Subject: row.FindBytes(2)),
            repository.Id,
            age,
            (long)BatchSize);
        var removed = 0;
        foreach (var (digest, blob, subject) in candidates)
        {
            var isKept = await IsNamedAsync(tx, repository.Id, digest)
                || (subject is not null && await IsThereAsync(tx, repository, ContentName.FromBytes(subject)));
            if (isKept)
            {
                await tx.ExecuteAsync(KeepSql, repository.Id, digest);
                continue;
            }
            if (await ManifestDeletion.RemoveAsync(tx, repository.Id, digest, blob))
                removed++;
        }
        return (candidates.Count, removed);
    }

    static async ValueTask<bool> IsThereAsync(CatalogSession tx, Tidied repository, ContentName subject)
    {
        if (await DigestAliasTable.ResolveAsync(tx, subject) is not { } digest)
            return false;
        return await tx.FindAsync(HasManifestSql, row => row.GetInt64(0), repository.Id, digest.ToArray()) != 0
            || (repository.Bucket is { } bucket && await IsObjectAsync(tx, bucket, digest));
    }

    static async ValueTask<bool> IsObjectAsync(CatalogSession tx, long bucket, Digest digest) =>
        (await BucketContent.ListByManifestAsync(tx, bucket, digest)).Count > 0
        || (await BucketContent.ListByContentAsync(tx, bucket, digest)).Count > 0;

    static async ValueTask<bool> IsNamedAsync(CatalogSession tx, long repository, byte[] digest)
    {
        foreach (var name in await DigestAliasTable.NamesAsync(tx, new Digest(digest)))
        {
            if (await tx.FindAsync(HasParentSql, row => row.GetInt64(0), repository, name.Bytes) != 0)
                return true;
        }
        return false;
    }

    static Tidied Map(CatalogRow row) => new(row.GetInt64(0), row.FindInt64(1), row.FindInt64(2), row.FindInt64(3));

    /// <summary>Ages in microseconds; null: such manifests are kept.</summary>
    sealed record Tidied(long Id, long? Untagged, long? Dangling, long? Bucket);
}
