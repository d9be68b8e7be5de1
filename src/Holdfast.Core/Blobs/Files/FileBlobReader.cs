using Holdfast.Protocol.Errors;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Core.Blobs.Files;

/// <summary>Reads from the page cache on the caller's thread and waits for the medium on one of <paramref name="disk"/>.</summary>
sealed class FileBlobReader(SafeFileHandle file, BlobInfo info, ByteRange range, DiskThreads disk) : BlobReader
{
    long _position = range.Offset;

    public override BlobInfo Info => info;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        buffer = buffer[..(int)Math.Min(buffer.Length, range.End - _position)];
        var filled = ReadCached(buffer.Span);
        if (filled < buffer.Length)
        {
            var rest = buffer[filled..];
            await disk.RunAsync(() => ReadWaiting(rest.Span));
        }

        return buffer.Length;
    }

    public override ValueTask DisposeAsync()
    {
        file.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>As much as needs no waiting.</summary>
    int ReadCached(Span<byte> buffer)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var error = Posix.Read(file, buffer[filled..], _position, cached: true, out var count);
            if (error != 0 || count == 0)
                break; // whatever it is, the waiting read will say so
            filled += count;
            _position += count;
        }

        return filled;
    }

    void ReadWaiting(Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var error = Posix.Read(file, buffer, _position, cached: false, out var count);
            if (error != 0)
                throw FileFault.Of(error, $"reading {info.Location} at byte {_position}");
            if (count == 0)
                throw Truncated(info.Location, _position, range.End);
            buffer = buffer[count..];
            _position += count;
        }
    }

    public static StoreException Truncated(BlobLocation at, long length, long needed) => new(
        StoreError.BlobDamaged, $"the stored bytes of {at} end at byte {length}, before byte {needed}");
}
