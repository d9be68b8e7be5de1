using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Blobs.Files;

/// <summary>Refuses what does not fit, before the filesystem does it in the middle, and keeps room for the catalog's own writes.</summary>
sealed class SpaceGuard(string root, long minFreeBytes)
{
    /// <summary>Throws StorageFull unless <paramref name="length"/> more bytes leave the free space that must stay.</summary>
    public void Require(long length)
    {
        if (minFreeBytes == 0)
            return;
        var free = FreeBytes();
        if (free - length < minFreeBytes)
        {
            throw new StoreException(
                StoreError.StorageFull,
                $"the store is full: of {free} free bytes {minFreeBytes} stay reserved, and the write needs "
                + $"{(length == 0 ? "some" : length)}");
        }
    }

    /// <summary>What the filesystem has left for this process.</summary>
    public long FreeBytes() => FileFault.Guard(Free, "asking for the free space");

    long Free()
    {
        try
        {
            return new DriveInfo(root).AvailableFreeSpace;
        }
        catch (DriveNotFoundException)
        {
            return long.MaxValue; // the first write makes the directory
        }
    }
}
