using System.Collections.Concurrent;
using Holdfast.Protocol;

namespace Holdfast.Core.Repositories.Retention;

/// <summary>
/// When manifests were last pulled, noted without I/O and written together every few seconds: to the second is enough for rules that speak
/// of days, and a crash loses a few. Thread safe.
/// </summary>
public sealed class PullTimes(Catalog.Catalog catalog)
{
    // Beyond this many in one interval some are not noted: memory is bounded.
    const int MaxNoted = 20_000;

    const string SetSql = "UPDATE manifest SET pulled_at = db_now() WHERE repository_id = $1 AND digest = $2";

    ConcurrentDictionary<(long Repository, Digest Digest), bool> _noted = new();

    public void Note(long repository, Digest digest)
    {
        if (_noted.Count < MaxNoted)
            _noted.TryAdd((repository, digest), true);
    }

    /// <summary>Writes what was noted since the last time.</summary>
    public async ValueTask FlushAsync(CancellationToken ct)
    {
        var noted = Interlocked.Exchange(ref _noted, new());
        foreach (var batch in noted.Keys.OrderBy(one => one.Repository).ThenBy(one => one.Digest).Chunk(500))
        {
            await catalog.WriteAsync(
                async tx =>
                {
                    foreach (var (repository, digest) in batch)
                        await tx.ExecuteAsync(SetSql, repository, digest.ToArray());
                    return true;
                },
                ct);
        }
    }
}
