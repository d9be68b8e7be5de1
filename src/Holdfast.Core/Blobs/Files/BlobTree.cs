using Microsoft.Win32.SafeHandles;

namespace Holdfast.Core.Blobs.Files;

/// <summary>
/// <c>ROOT/blobs/ab/cd/DIGEST.NONCE</c>: the directories of the finished blobs, made when first needed and durable before anything is put
/// into them. Blocks on the medium. Thread safe.
/// </summary>
sealed class BlobTree(string root)
{
    public const string Name = "blobs";

    // A bit per directory known, in this process, to exist and to have been synced into its parents. One that exists from before proves
    // nothing: the process that made it may have been killed ahead of its fsync.
    readonly int[] _ready = new int[65536 / 32];

    public string Root { get; } = root;

    public static string RelativePath(BlobFileName name) => $"{Name}/{name.Directory}/{name.Value}";

    public string PathOf(BlobFileName name) => $"{Root}/{RelativePath(name)}";

    /// <summary>
    /// Moves a finished temporary file to its place, durably. Throws StorageFull or StorageUnavailable; the file may then be at either.
    /// </summary>
    public void Place(string temporary, string temporaryRelative, BlobFileName name)
    {
        MakeReady(name);
        var error = Posix.Rename(temporary, PathOf(name));
        if (error == Posix.Enoent)
        {
            // Someone removed the directory behind our back, for instance empty ones by a tidy operator.
            Interlocked.And(ref _ready[name.FanOut >> 5], ~Bit(name));
            MakeReady(name);
            error = Posix.Rename(temporary, PathOf(name));
        }

        if (error != 0)
            throw FileFault.Of(error, $"moving {temporaryRelative} to {RelativePath(name)}");
        Sync(name);
    }

    /// <summary>Removes the blob durably; false when it was absent.</summary>
    public bool Remove(BlobFileName name)
    {
        var error = Posix.Unlink(PathOf(name));
        if (error == Posix.Enoent)
            return false;
        FileFault.ThrowIf(error, "deleting", RelativePath(name));
        Sync(name);
        return true;
    }

    /// <summary>The file's handle, to be disposed by the caller; null when there is none.</summary>
    public SafeFileHandle? Open(BlobFileName name)
    {
        var error = Posix.OpenForReading(PathOf(name), out var handle);
        if (error == 0)
            return handle;
        handle.Dispose();
        return error == Posix.Enoent ? null : throw FileFault.Of(error, $"opening {RelativePath(name)}");
    }

    /// <summary>Makes a directory below the root, unless it exists, and syncs its parent.</summary>
    public void Make(string parent, string child)
    {
        var relative = parent.Length == 0 ? child : $"{parent}/{child}";
        var error = Posix.MakeDirectory($"{Root}/{relative}");
        if (error is not (0 or Posix.Eexist))
            throw FileFault.Of(error, $"making the directory {relative}");
        Sync(parent);
    }

    public void MakeRoot() => FileFault.Guard(() => Directory.CreateDirectory(Root), "making the data directory");

    void MakeReady(BlobFileName name)
    {
        if ((Volatile.Read(ref _ready[name.FanOut >> 5]) & Bit(name)) != 0)
            return;
        MakeRoot();
        Make("", Name);
        Make(Name, name.Value[..2]);
        Make($"{Name}/{name.Value[..2]}", name.Value[2..4]);
        Interlocked.Or(ref _ready[name.FanOut >> 5], Bit(name));
    }

    void Sync(BlobFileName name) => Sync($"{Name}/{name.Directory}");

    void Sync(string relative)
    {
        var error = Posix.OpenDirectory($"{Root}/{relative}", out var handle);
        using (handle)
        {
            if (error == 0)
                error = Posix.SyncDirectory(handle);
        }

        if (error != 0)
            throw FileFault.Of(error, $"syncing the directory {(relative.Length == 0 ? "of the data" : relative)}");
    }

    static int Bit(BlobFileName name) => 1 << (name.FanOut & 31);
}
