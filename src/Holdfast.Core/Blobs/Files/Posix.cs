using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Core.Blobs.Files;

/// <summary>
/// The calls of Linux that .NET has no managed word for, or answers with less than errno. Each returns 0 or the error number;
/// interrupted calls are repeated.
/// </summary>
static partial class Posix
{
    public const int Enoent = 2;
    public const int Eintr = 4;
    public const int Eagain = 11;
    public const int Eacces = 13;
    public const int Eexist = 17;
    public const int Enospc = 28;
    public const int Enosys = 38;
    public const int Eopnotsupp = 95;
    public const int Edquot = 122;

    const int ReadOnly = 0;
    const int WriteOnly = 1;
    const int Create = 0x40;
    const int Exclusive = 0x80;
    const int CloseOnExec = 0x80000;
    const int FileMode = 0b110_100_000;
    const int DirectoryMode = 0b111_101_000;
    const int KeepSize = 1;
    const uint StartWriteback = 2;
    const int NoWait = 8;

    // asm/fcntl.h: arm swaps these two against x86.
    static readonly bool Arm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;
    static readonly int NoFollow = Arm ? 0x8000 : 0x20000;
    static readonly int Directory = Arm ? 0x4000 : 0x10000;

    /// <summary>Opens an existing file for reading. A symbolic link as the last component is refused (ELOOP).</summary>
    public static int OpenForReading(string path, out SafeFileHandle handle) => Open(path, ReadOnly | NoFollow, 0, out handle);

    public static int OpenDirectory(string path, out SafeFileHandle handle) => Open(path, ReadOnly | Directory | NoFollow, 0, out handle);

    /// <summary>Creates a file that must not exist yet and opens it for writing; mode 0640 less the umask.</summary>
    public static int CreateForWriting(string path, out SafeFileHandle handle) =>
        Open(path, WriteOnly | Create | Exclusive | NoFollow, FileMode, out handle);

    /// <summary>Creates a directory with mode 0750 less the umask.</summary>
    public static int MakeDirectory(string path) => Result(mkdir(path, DirectoryMode));

    public static int RemoveDirectory(string path) => Result(rmdir(path));

    public static int Rename(string from, string to) => Result(rename(from, to));

    public static int Unlink(string path) => Result(unlink(path));

    /// <summary>Forces the data, and what of the metadata is needed to read it back, to stable storage.</summary>
    public static int SyncData(SafeFileHandle handle) => Retried(handle, static handle => fdatasync(handle));

    /// <summary>Forces a directory's entries to stable storage.</summary>
    public static int SyncDirectory(SafeFileHandle handle) => Retried(handle, static handle => fsync(handle));

    /// <summary>Reserves room behind the end of the file, whose length stays. Not supported everywhere: then EOPNOTSUPP.</summary>
    public static int Reserve(SafeFileHandle handle, long length)
    {
        int result;
        do
            result = Result(fallocate(handle, KeepSize, 0, length));
        while (result == Eintr);
        return result;
    }

    /// <summary>Sets the file's length and gives back room reserved behind it.</summary>
    public static int Truncate(SafeFileHandle handle, long length) => Result(ftruncate(handle, length));

    /// <summary>Asks the kernel to begin writing this stretch to the medium, without waiting for it.</summary>
    public static void BeginWriteback(SafeFileHandle handle, long offset, long length) =>
        _ = sync_file_range(handle, offset, length, StartWriteback);

    public static void AdviseSequential(SafeFileHandle handle) => _ = posix_fadvise(handle, 0, 0, 2);

    public static void AdviseRandom(SafeFileHandle handle) => _ = posix_fadvise(handle, 0, 0, 1);

    /// <summary>
    /// Reads at <paramref name="offset"/>; <paramref name="count"/> 0 is the end of the file. With <paramref name="cached"/> only what is
    /// in the page cache: EAGAIN instead of waiting for the medium, EOPNOTSUPP where the filesystem cannot tell.
    /// </summary>
    public static unsafe int Read(SafeFileHandle handle, Span<byte> buffer, long offset, bool cached, out int count)
    {
        fixed (byte* start = buffer)
        {
            var vector = new IoVector { Start = start, Length = (nuint)buffer.Length };
            nint result;
            do
                result = preadv2(handle, &vector, 1, offset, cached ? NoWait : 0);
            while (result < 0 && Marshal.GetLastPInvokeError() == Eintr);
            count = (int)Math.Max(result, 0);
            return result < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
    }

    static int Open(string path, int flags, int mode, out SafeFileHandle handle)
    {
        int descriptor;
        do
            descriptor = open(path, flags | CloseOnExec, mode);
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == Eintr);
        var error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        handle = new SafeFileHandle(descriptor, ownsHandle: true);
        return error;
    }

    static int Retried(SafeFileHandle handle, Func<SafeFileHandle, int> call)
    {
        int result;
        do
            result = Result(call(handle));
        while (result == Eintr);
        return result;
    }

    static int Result(int returned) => returned < 0 ? Marshal.GetLastPInvokeError() : 0;

    unsafe struct IoVector
    {
        public byte* Start;
        public nuint Length;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkdir(string path, int mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rmdir(string path);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string from, string to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlink(string path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle handle);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle handle);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fallocate(SafeFileHandle handle, int mode, long offset, long length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate(SafeFileHandle handle, long length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sync_file_range(SafeFileHandle handle, long offset, long length, uint flags);

    [LibraryImport("libc")]
    private static partial int posix_fadvise(SafeFileHandle handle, long offset, long length, int advice);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint preadv2(SafeFileHandle handle, IoVector* vectors, int count, long offset, int flags);
}
