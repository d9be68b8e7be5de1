using Holdfast.Core.Blobs.Files;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Content;

/// <summary>
/// Keeps the disk of an embedded catalog from being filled by rows: what adds to the store asks first and is refused while less than
/// <paramref name="reserve"/> bytes are free, so that deletes and collection, which need room too and never ask, can always go on. Asking
/// costs a look at a counter; the filesystem is asked at most every <see cref="LookEvery"/> or after as many writes as there was room for.
/// Thread safe.
/// </summary>
public sealed class GrowthGuard(Catalog.Catalog catalog, string directory, long reserve, TimeProvider time)
{
    /// <summary>Short content of 16 KiB in the log and in the database, with the pages of its rows and indexes.</summary>
    const long BytesPerWrite = 64 * 1024;

    const long PageBytes = 4096;

    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Pages that deletes gave back take new rows without growth, but the log still grows: this much must be free for it.
    /// </summary>
    readonly long _logBytes = reserve / 2;

    readonly SpaceGuard _space = new(directory, reserve);
    readonly bool _isEmbedded = catalog.Engine.Name == "sqlite";
    long _looked;
    long _left;

    /// <summary>Throws StorageFull when nothing may be added now.</summary>
    public ValueTask RequireAsync(CancellationToken ct)
    {
        if (!_isEmbedded)
            return ValueTask.CompletedTask;
        var isFresh = _looked != 0 && time.GetElapsedTime(Volatile.Read(ref _looked)) < LookEvery;
        return isFresh && Interlocked.Add(ref _left, -BytesPerWrite) >= 0 ? ValueTask.CompletedTask : LookAsync(ct);
    }

    async ValueTask LookAsync(CancellationToken ct)
    {
        var free = _space.FreeBytes();
        var left = free - reserve;
        if (left < BytesPerWrite && free >= _logBytes)
            left = PageBytes * await catalog.ReadAsync(
                tx => tx.FindAsync("PRAGMA freelist_count", row => row.GetInt64(0)), ct) - _logBytes / 8;
        Volatile.Write(ref _left, left - BytesPerWrite);
        Volatile.Write(ref _looked, time.GetTimestamp());
        if (left >= BytesPerWrite)
            return;
        throw new StoreException(
            StoreError.StorageFull,
            $"the store is full: of {free} free bytes {reserve} stay reserved, so that there is room to delete; nothing can be added");
    }
}
