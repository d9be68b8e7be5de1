using System.Buffers;
using Holdfast.Protocol;

namespace Holdfast.Core.Blobs.Files;

/// <summary>One temporary file on its way to its place.</summary>
sealed class FileBlobWriter(NodeDirectory node, BlobTree tree, DiskThreads disk, SpaceGuard space, PartFile part) : BlobWriter
{
    // Larger writes can be held up by the kernel until older pages are on the medium; smaller ones cost less than a change of threads.
    const int OffloadBytes = 128 * 1024;

    // Begun early, writeback overlaps with the arrival: at 500 MB/s the final sync of 1 GiB took 7 ms instead of 470.
    const long WritebackBytes = 8L << 20;
    const long SpaceCheckBytes = 64L << 20;

    readonly List<ReadOnlyMemory<byte>> _segments = [];
    long _position;
    long _writtenBack;
    long _spaceChecked;
    BlobFileName _name;
    BlobInfo? _committed;
    bool _settled;
    bool _failed;

    public override ValueTask WriteAsync(ReadOnlySequence<byte> bytes, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (_committed is not null || _failed)
            throw new InvalidOperationException("the blob is committed or given up");
        if (bytes.Length >= OffloadBytes)
            return new ValueTask(disk.RunAsync(() => Write(bytes)));
        Write(bytes);
        return ValueTask.CompletedTask;
    }

    public override async ValueTask<BlobInfo> CommitAsync(Digest digest, CancellationToken ct)
    {
        if (_committed is { } done)
            return done.Digest == digest ? done : throw new InvalidOperationException($"the blob is committed as {done.Digest}");
        ct.ThrowIfCancellationRequested();
        // Not even to try again: after a failed fdatasync the kernel may have dropped the pages, and the next one would succeed.
        if (_failed)
            throw new InvalidOperationException("the blob is given up");
        _name = BlobFileName.Of(digest, part.Nonce);
        await disk.RunAsync(Place);
        return _committed = new BlobInfo(_name.Location, digest, _position);
    }

    public override void MarkLinked()
    {
        if (_committed is null)
            throw new InvalidOperationException("only a committed blob can be linked");
        if (_settled)
            return;
        _settled = true;
        node.RemoveIntent(_name);
    }

    public override async ValueTask DiscardAsync()
    {
        if (_committed is null || _settled)
            return;
        _settled = true;
        await disk.RunAsync(TakeBack);
    }

    public override ValueTask DisposeAsync()
    {
        // Giving back the room of a large file takes its time too.
        if (_committed is null && _position >= OffloadBytes && !part.File.IsClosed)
            return new ValueTask(disk.RunAsync(Close));
        Close();
        return ValueTask.CompletedTask;
    }

    void Close()
    {
        part.File.Dispose();
        if (_committed is null)
            node.RemovePart(part.Nonce);
        node.Leave(part.Nonce);
    }

    void Write(in ReadOnlySequence<byte> bytes)
    {
        _failed = true;
        if (_position + bytes.Length - _spaceChecked >= SpaceCheckBytes)
        {
            space.Require(bytes.Length);
            _spaceChecked = _position;
        }

        try
        {
            WriteAll(bytes);
        }
        catch (IOException fault) // not through Guard: this is the hot path and the closure would be made each time
        {
            throw FileFault.Of(fault, $"writing {node.PartName(part.Nonce)} at byte {_position}");
        }

        _failed = false;
        _position += bytes.Length;
        if (_position - _writtenBack < WritebackBytes)
            return;
        Posix.BeginWriteback(part.File, _writtenBack, _position - _writtenBack);
        _writtenBack = _position;
    }

    void WriteAll(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            RandomAccess.Write(part.File, bytes.FirstSpan, _position);
            return;
        }

        _segments.Clear();
        foreach (var segment in bytes)
            _segments.Add(segment);
        RandomAccess.Write(part.File, _segments, _position);
        _segments.Clear();
    }

    /// <summary>
    /// Data, intent, name, directory, in this order: whatever is at a blob's place is whole, and until it is linked an intent says so.
    /// </summary>
    void Place()
    {
        _failed = true;
        if (part.Reserved > _position)
            FileFault.ThrowIf(Posix.Truncate(part.File, _position), "trimming", node.PartName(part.Nonce));
        FileFault.ThrowIf(Posix.SyncData(part.File), "syncing", node.PartName(part.Nonce));
        node.CreateIntent(_name);
        try
        {
            tree.Place(node.PartPath(part.Nonce), node.PartName(part.Nonce), _name);
        }
        catch
        {
            TakeBack();
            throw;
        }

        _failed = false;
    }

    /// <summary>
    /// Removes the blob wherever it got to, and then the intent. Not synced: what a loss of power brings back is a blob that no row names.
    /// What cannot be removed now is settled by the sweep, from the intent.
    /// </summary>
    void TakeBack()
    {
        if (Posix.Unlink(tree.PathOf(_name)) is 0 or Posix.Enoent)
            node.RemoveIntent(_name);
    }
}
