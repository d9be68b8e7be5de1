using Holdfast.Core.Blobs;
using Holdfast.Core.Blobs.Files;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;

namespace Holdfast.Server.Store;

/// <summary>
/// Settles what crashed writes left under <c>tmp/</c>: this node's own, and that of nodes whose lease in the catalog has been expired for a
/// day.
/// </summary>
public sealed partial class LocalSweep(Catalog catalog, FileBlobStore files, ILogger<LocalSweep> log)
{
    // A write that is still between its rename and its commit is younger than this.
    static readonly TimeSpan MinIntentAge = TimeSpan.FromMinutes(10);

    static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    static readonly TimeSpan DeadAfter = TimeSpan.FromHours(24);

    bool _isFirst = true;

    public async ValueTask RunAsync(CancellationToken ct)
    {
        await catalog.WriteAsync(tx => NodeTable.RenewAsync(tx, files.NodeId, Lease), ct);
        // At the start nothing of this node is in flight, whatever its age.
        Report(files.NodeId, await files.SweepAsync(IsKnownAsync, _isFirst ? TimeSpan.Zero : MinIntentAge, ct));
        _isFirst = false;
        foreach (var node in await files.ListNodesAsync(ct))
        {
            if (node != files.NodeId && await catalog.WriteAsync(tx => NodeTable.TakeDeadAsync(tx, node, DeadAfter), ct))
                Report(node, await files.SweepNodeAsync(node, IsKnownAsync, MinIntentAge, ct));
        }
    }

    async ValueTask<bool> IsKnownAsync(BlobLocation location, CancellationToken ct) =>
        await catalog.ReadAsync(tx => BlobTable.IsLocationKnownAsync(tx, location), ct);

    void Report(string node, SweepReport report)
    {
        if (report != default)
            LogSwept(node, report.PartsDeleted, report.IntentsSettled, report.BlobsDeleted);
    }

    [LoggerMessage(
        2010, LogLevel.Information, "swept tmp/{Node}: {Parts} unfinished writes, {Intents} intents, {Blobs} blobs without a row")]
    partial void LogSwept(string node, int parts, int intents, int blobs);
}
