namespace Holdfast.Core.Blobs.Files;

/// <summary>One pass over one node's temporary directory.</summary>
sealed class FileSweep(BlobTree tree, NodeDirectory node, DiskThreads disk, TimeProvider time)
{
    public async ValueTask<SweepReport> RunAsync(
        Func<BlobLocation, CancellationToken, ValueTask<bool>> isKnown, TimeSpan minAge, CancellationToken ct)
    {
        var report = default(SweepReport);
        foreach (var file in await disk.RunAsync(Files))
        {
            ct.ThrowIfCancellationRequested();
            if (PartNonce(file) is { } nonce)
                report = report with { PartsDeleted = report.PartsDeleted + (await disk.RunAsync(() => RemovePart(nonce)) ? 1 : 0) };
            else if (Intent(file) is { } name && IsOldEnough(file, minAge) && !node.IsLive(name.Nonce.ToString()))
                report = await SettleAsync(name, isKnown, report, ct);
        }

        return report;
    }

    /// <summary>The names of the directories in <c>tmp/</c> that are node ids, in order.</summary>
    public static IReadOnlyList<string> Nodes(string root)
    {
        var temporary = new DirectoryInfo($"{root}/{NodeDirectory.Temporary}");
        if (!temporary.Exists)
            return [];
        return FileFault.Guard<IReadOnlyList<string>>(
            () => [.. temporary.EnumerateDirectories().Select(d => d.Name).Where(NodeDirectory.IsNodeId).Order(StringComparer.Ordinal)],
            $"listing {NodeDirectory.Temporary}");
    }

    async ValueTask<SweepReport> SettleAsync(
        BlobFileName name, Func<BlobLocation, CancellationToken, ValueTask<bool>> isKnown, SweepReport report, CancellationToken ct)
    {
        var known = await isKnown(name.Location, ct);
        var deleted = !known && await disk.RunAsync(() => tree.Remove(name));
        // Last, so that a fault above leaves the intent for the next pass.
        node.RemoveIntent(name);
        return known
            ? report with { IntentsSettled = report.IntentsSettled + 1 }
            : report with { BlobsDeleted = report.BlobsDeleted + (deleted ? 1 : 0) };
    }

    bool RemovePart(string nonce)
    {
        if (node.IsLive(nonce))
            return false;
        node.RemovePart(nonce);
        return true;
    }

    bool IsOldEnough(FileInfo file, TimeSpan minAge) => time.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc >= minAge;

    List<FileInfo> Files()
    {
        var info = new DirectoryInfo(node.FullPath);
        return info.Exists ? FileFault.Guard<List<FileInfo>>(() => [.. info.EnumerateFiles()], $"listing {node.Relative}") : [];
    }

    static string? PartNonce(FileInfo file)
    {
        if (!file.Name.EndsWith(NodeDirectory.PartSuffix, StringComparison.Ordinal))
            return null;
        var nonce = file.Name[..^NodeDirectory.PartSuffix.Length];
        return BlobFileName.IsNonce(nonce) ? nonce : null;
    }

    static BlobFileName? Intent(FileInfo file) =>
        file.Name.EndsWith(NodeDirectory.IntentSuffix, StringComparison.Ordinal)
        && BlobFileName.TryParse(file.Name[..^NodeDirectory.IntentSuffix.Length], out var name)
            ? name
            : null;
}
