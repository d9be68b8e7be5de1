namespace Holdfast.Core.Blobs.Files;

/// <summary>Where a <see cref="FileBlobStore"/> keeps its files.</summary>
public sealed record FileBlobOptions
{
    /// <summary>The directory that holds <c>blobs/</c> and <c>tmp/</c>; made when absent. All on one filesystem.</summary>
    public required string Root { get; init; }

    /// <summary>
    /// This process among those that share the directory: 1 to 64 letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, not beginning with a
    /// dot. Two live processes never have the same.
    /// </summary>
    public required string NodeId { get; init; }

    /// <summary>
    /// A write that would leave less than this free is refused with StorageFull. Bytes, default 64 MiB; 0 switches it off.
    /// </summary>
    public long MinFreeBytes { get; init; } = 64L << 20;

    /// <summary>Most calls that wait for the medium at the same time, each on a thread of its own. 1 to 256, default 32.</summary>
    public int MaxDiskThreads { get; init; } = 32;

    /// <summary>What is wrong with these settings, as a sentence; null when nothing is.</summary>
    internal string? Fault => this switch
    {
        { Root.Length: 0 } => "the directory of the blobs has no name",
        _ when !NodeDirectory.IsNodeId(NodeId) => $"'{NodeId}' is no node id: 1 to 64 letters, digits, '-', '_' and '.', not '.' first",
        { MinFreeBytes: < 0 } => $"the free space to keep is {MinFreeBytes} bytes; it is 0 or more",
        { MaxDiskThreads: < 1 or > 256 } => $"{MaxDiskThreads} disk threads are set; 1 to 256 are allowed",
        _ => null,
    };
}
