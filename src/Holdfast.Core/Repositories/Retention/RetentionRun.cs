using System.Text;
using Holdfast.Core.Catalog;
using Holdfast.Protocol;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Repositories.Retention;

/// <summary>What a run found: how many tags there were, how many went, and the first of those, each with the reason.</summary>
public sealed record RetentionResult(long Tags, long Removed, IReadOnlyList<RetentionRemoval> First);

public sealed record RetentionRemoval(string Tag, Digest Digest, DateTimeOffset PushedAt, string Reason);

/// <summary>
/// Removes the tags that a repository's rules do not keep: one pass ranks them, the next removes in pages. What changed in between is left
/// alone. What was removed can be had back for <paramref name="window"/>. Thread safe.
/// </summary>
public sealed class RetentionRun(Catalog.Catalog catalog, TimeSpan window)
{
    const int PageSize = 500;

    const int MaxListed = 1000;

    const string PageSql = """
        SELECT t.name, t.digest, t.alias, t.pushed_at, m.pulled_at
        FROM tag t JOIN manifest m ON m.repository_id = t.repository_id AND m.digest = t.digest
        WHERE t.repository_id = $1 AND t.name > $2 ORDER BY t.name LIMIT $3
        """;

    /// <summary>Runs the rules of all repositories that have some, and forgets what was removed too long ago.</summary>
    public async ValueTask RunAllAsync(CancellationToken ct)
    {
        for (var after = 0L; ;)
        {
            var page = await catalog.ReadAsync(tx => RepositoryTable.ListRetainedAsync(tx, after, 100), ct);
            foreach (var repository in page)
                await RunAsync(repository, isDryRun: false, ct);
            if (page.Count < 100)
                break;
            after = page[^1].Id;
        }
        while (await catalog.WriteAsync(tx => RemovedTagTable.ExpireAsync(tx, window, PageSize), ct))
        {
        }
    }

    /// <summary>Runs the repository's rules; a dry run changes nothing.</summary>
    public async ValueTask<RetentionResult> RunAsync(Repository repository, bool isDryRun, CancellationToken ct)
    {
        var now = await catalog.ReadAsync(tx => tx.FindAsync("SELECT db_now()", row => row.GetInt64(0)), ct);
        var plan = new RetentionPlan(repository.Retention, now);
        var tags = 0L;
        await foreach (var page in PagesAsync(repository.Id, ct))
        {
            tags += page.Count;
            page.ForEach(plan.Rank);
        }
        var (removed, first) = (0L, new List<RetentionRemoval>());
        await foreach (var page in PagesAsync(repository.Id, ct))
        {
            var doomed = page.FindAll(tag =>
                plan.ReasonToRemove(tag) is not null && !repository.IsImmutable(TagName.Parse(tag.Name)));
            if (!isDryRun && doomed.Count > 0)
                doomed = await catalog.WriteAsync(tx => RemoveAsync(tx, repository.Id, doomed), ct);
            removed += doomed.Count;
            first.AddRange(doomed.Take(MaxListed - first.Count).Select(tag => new RetentionRemoval(
                tag.Name, new Digest(tag.Digest), CatalogTime.FromMicros(tag.PushedAt), plan.ReasonToRemove(tag)!)));
        }
        return new RetentionResult(tags, removed, first);
    }

    static async ValueTask<List<RetainedTag>> RemoveAsync(CatalogSession tx, long repository, List<RetainedTag> doomed)
    {
        // The rules and what is immutable may have changed since the run began.
        var held = await RepositoryTable.HoldAsync(tx, repository);
        var gone = new List<RetainedTag>(doomed.Count);
        foreach (var tag in doomed)
        {
            var isStillDoomed = held.Retention.Count > 0 && !held.IsImmutable(TagName.Parse(tag.Name));
            if (isStillDoomed && await RemovedTagTable.RemoveAsync(tx, repository, tag))
                gone.Add(tag);
        }
        return gone;
    }

    async IAsyncEnumerable<List<RetainedTag>> PagesAsync(
        long repository, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        for (var after = Array.Empty<byte>(); ;)
        {
            var page = await catalog.ReadAsync(tx => tx.ListAsync(PageSql, Map, repository, after, (long)PageSize), ct);
            yield return page;
            if (page.Count < PageSize)
                yield break;
            after = Encoding.ASCII.GetBytes(page[^1].Name);
        }
    }

    static RetainedTag Map(CatalogRow row) => new(
        Encoding.ASCII.GetString(row.GetSpan(0)), row.GetBytes(1), row.FindBytes(2), row.GetInt64(3), row.GetInt64(4));
}
