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
    const int BatchSize = 100;

    // By repository_tidied.
    const string RepositoriesSql = """
        SELECT id, untagged_age, dangling_age, bucket_id FROM repository
        WHERE (untagged_age IS NOT NULL OR dangling_age IS NOT NULL) AND id > $1 ORDER BY id LIMIT 100
        """;

    // By manifest_untagged.
    const string CandidatesSql = """
        SELECT digest, blob_id, subject, touched_at FROM manifest
        WHERE repository_id = $1 AND tags = 0 AND touched_at <= db_now() - $2 ORDER BY touched_at LIMIT $3
        """;

    const string CandidatesLockedSql = $"{CandidatesSql} FOR UPDATE SKIP LOCKED";

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
                removed += await catalog.WriteAsync(tx => TidyAsync(tx, one), ct);
            if (page.Count < 100)
                return removed;
            after = page[^1].Id;
        }
    }

    static async ValueTask<int> TidyAsync(CatalogSession tx, Tidied repository)
    {
        var youngest = Math.Min(repository.Untagged ?? long.MaxValue, repository.Dangling ?? long.MaxValue);
        var candidates = await tx.ListAsync(
            tx.HasRowLocks ? CandidatesLockedSql : CandidatesSql,
            row => (Digest: row.GetBytes(0), Blob: row.GetInt64(1), Subject: row.FindBytes(2), TouchedAt: row.GetInt64(3)),
            repository.Id,
            youngest,
            (long)BatchSize);
        var now = await tx.FindAsync("SELECT db_now()", row => row.GetInt64(0));
        var removed = 0;
        foreach (var (digest, blob, subject, touchedAt) in candidates)
        {
            var age = subject is null ? repository.Untagged
                : await IsThereAsync(tx, repository, ContentName.FromBytes(subject)) ? null
                : repository.Dangling;
            if (age is { } limit && touchedAt <= now - limit && !await IsNamedAsync(tx, repository.Id, digest))
            {
                await ManifestDeletion.RemoveAsync(tx, repository.Id, digest, blob);
                removed++;
            }
            else
            {
                await tx.ExecuteAsync(KeepSql, repository.Id, digest);
            }
        }
        return removed;
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
