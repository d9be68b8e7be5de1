using System.Diagnostics;
using Holdfast.Core.Content.Upkeep;
using Holdfast.Core.Repositories;

namespace Holdfast.Server.Store;

/// <summary>
/// One round of collection: repositories and uploads give up what nobody reaches, composites their blobs, and blobs without links go.
/// </summary>
public sealed class Collection(
    BlobCollection blobs,
    CompositeCollection composites,
    UploadCollection uploads,
    RepositoryCollections repositories,
    StoreMetrics metrics)
{
    public async ValueTask RunAsync(CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var collected = 0;
        await repositories.RunAsync(ct);
        while (await uploads.RunOnceAsync(ct))
        {
        }
        while (await composites.RunOnceAsync(ct))
        {
        }
        while (await blobs.RunOnceAsync(ct) is var count and > 0)
        {
            collected += count;
            if (count < blobs.BatchSize)
                break;
        }
        metrics.Collected(collected, Stopwatch.GetElapsedTime(started));
    }
}

/// <summary>What is collected within repositories.</summary>
public sealed class RepositoryCollections(RepositoryCollection unreached, UntaggedCollection untagged)
{
    public async ValueTask RunAsync(CancellationToken ct)
    {
        await untagged.RunAsync(ct);
        while (await unreached.RunOnceAsync(ct))
        {
        }
    }
}
