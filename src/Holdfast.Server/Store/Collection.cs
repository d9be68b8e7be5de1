using System.Diagnostics;
using Holdfast.Core.Content.Upkeep;

namespace Holdfast.Server.Store;

/// <summary>One round of collection: uploads give up their parts, composites their blobs, and blobs without links go.</summary>
public sealed class Collection(BlobCollection blobs, CompositeCollection composites, UploadCollection uploads, StoreMetrics metrics)
{
    public async ValueTask RunAsync(CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var collected = 0;
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
