using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Core.Blobs.Files;

/// <summary>
/// The <c>local</c> backend: a file per blob below one directory, which several nodes may share. The format is written down in
/// <c>docs/formats/blob-layout.md</c>. Needs Linux, an atomic rename within one filesystem, and fsync. Thread safe.
/// </summary>
public sealed class FileBlobStore : IBlobStore, IDisposable
{
    // What a client merely announces is not taken from the others: beyond this the file grows as bytes arrive.
    const long MaxReservedBytes = 1L << 30;
    const long SequentialBytes = 1L << 20;
    const long RandomBytes = 128 * 1024;

    readonly BlobTree _tree;
    readonly NodeDirectory _node;
    readonly DiskThreads _disk;
    readonly SpaceGuard _space;
    readonly TimeProvider _time;

    public FileBlobStore(FileBlobOptions options, TimeProvider time)
    {
        if (options.Fault is { } fault)
            throw new ArgumentException(fault, nameof(options));
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Root));
        _tree = new BlobTree(root);
        _node = new NodeDirectory(_tree, options.NodeId);
        _disk = new DiskThreads(options.MaxDiskThreads);
        _space = new SpaceGuard(root, options.MinFreeBytes);
        _time = time;
        NodeId = options.NodeId;
    }

    public string NodeId { get; }

    public ValueTask<BlobInfo?> FindAsync(BlobLocation at, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (!BlobFileName.TryParse(at.Value, out var name))
            return ValueTask.FromResult<BlobInfo?>(null);
        using var file = _tree.Open(name);
        return ValueTask.FromResult(file is null ? null : new BlobInfo(at, name.Digest, Length(file, name)));
    }

    public ValueTask<BlobReader?> OpenAsync(BlobLocation at, ByteRange range, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return ValueTask.FromResult<BlobReader?>(BlobFileName.TryParse(at.Value, out var name) ? Open(name, range) : null);
    }

    public ValueTask<BlobWriter> CreateAsync(WriteHint hint, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        _space.Require(hint.Length ?? 0);
        var nonce = BlobFileName.NewNonce();
        var file = _node.CreatePart(nonce);
        var part = new PartFile(nonce, file, Math.Min(hint.Length ?? 0, MaxReservedBytes));
        var writer = new FileBlobWriter(_node, _tree, _disk, _space, part);
        var error = part.Reserved == 0 ? 0 : Posix.Reserve(file, part.Reserved);
        if (error is 0 or Posix.Eopnotsupp or Posix.Enosys)
            return ValueTask.FromResult<BlobWriter>(writer);
        file.Dispose();
        _node.RemovePart(nonce);
        _node.Leave(nonce);
        throw FileFault.Of(error, $"reserving {part.Reserved} bytes for {_node.PartName(nonce)}");
    }

    public async ValueTask<bool> DeleteAsync(BlobLocation at, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return BlobFileName.TryParse(at.Value, out var name) && await _disk.RunAsync(() => _tree.Remove(name));
    }

    public async IAsyncEnumerable<BlobInfo> ListAsync(string? after, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var directory in BlobListing.Directories(_tree.Root, after))
        {
            ct.ThrowIfCancellationRequested();
            foreach (var blob in await _disk.RunAsync(() => BlobListing.Read(directory, after)))
                yield return blob;
        }
    }

    /// <summary>
    /// Clears what unfinished writes of earlier processes with this node's id left: temporary files that no writer of this process has
    /// open, and intents older than <paramref name="minAge"/>, whose blobs are kept when <paramref name="isKnown"/> and deleted otherwise.
    /// </summary>
    public ValueTask<SweepReport> SweepAsync(
        Func<BlobLocation, CancellationToken, ValueTask<bool>> isKnown, TimeSpan minAge, CancellationToken ct) =>
        new FileSweep(_tree, _node, _disk, _time).RunAsync(isKnown, minAge, ct);

    /// <summary>
    /// The same for another node, all of whose writes are given up: its lease has been expired for 24 h, which the caller knows.
    /// </summary>
    public ValueTask<SweepReport> SweepNodeAsync(
        string nodeId, Func<BlobLocation, CancellationToken, ValueTask<bool>> isKnown, TimeSpan minAge, CancellationToken ct)
    {
        if (nodeId == NodeId)
            return SweepAsync(isKnown, minAge, ct);
        if (!NodeDirectory.IsNodeId(nodeId))
            throw new ArgumentException($"'{nodeId}' is no node id", nameof(nodeId));
        return new FileSweep(_tree, new NodeDirectory(_tree, nodeId), _disk, _time).RunAsync(isKnown, minAge, ct);
    }

    /// <summary>The ids of all nodes, this one too, that have files in <c>tmp/</c>, in order.</summary>
    public ValueTask<IReadOnlyList<string>> ListNodesAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new ValueTask<IReadOnlyList<string>>(_disk.RunAsync(() => FileSweep.Nodes(_tree.Root)));
    }

    /// <summary>Ends the store's threads when what they have begun is done. Open readers and writers must be gone.</summary>
    public void Dispose() => _disk.Dispose();

    FileBlobReader? Open(BlobFileName name, ByteRange range)
    {
        var file = _tree.Open(name);
        if (file is null)
            return null;
        try
        {
            var length = Length(file, name);
            if (length < range.End)
                throw FileBlobReader.Truncated(name.Location, length, range.End);
            if (range.Length >= SequentialBytes)
                Posix.AdviseSequential(file);
            else if (range.Length <= RandomBytes && range.Length < length)
                Posix.AdviseRandom(file);
            return new FileBlobReader(file, new BlobInfo(name.Location, name.Digest, length), range, _disk);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    static long Length(SafeFileHandle file, BlobFileName name) =>
        FileFault.Guard(() => RandomAccess.GetLength(file), $"asking for the length of {name.Value}");
}
