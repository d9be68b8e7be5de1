namespace Holdfast.Core.Blobs.Files;

/// <summary>
/// How much of a filesystem is kept from what adds to the store, so that deletes, collection and the catalog's log have room.
/// </summary>
public static class DiskReserve
{
    const long MaxBytes = 64L << 20;

    /// <summary>64 MiB, but no more than a quarter of a small filesystem; in bytes.</summary>
    public static long Of(string directory) =>
        Math.Min(
            MaxBytes, FileFault.Guard(() => new DriveInfo(Path.GetFullPath(directory)).TotalSize, "asking for the size of the disk") / 4);
}
