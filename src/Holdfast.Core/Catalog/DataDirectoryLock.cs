using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Protocol.Errors;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Core.Catalog;

/// <summary>
/// The right to work on a data directory, held by one process at a time through <c>flock</c> on its file <c>lock</c>. The kernel lets
/// go of it when the process dies, however it dies. The file names the holder and stays behind.
/// </summary>
public sealed partial class DataDirectoryLock : IDisposable
{
    const int ReadWrite = 0x2;
    const int Create = 0x40;
    const int CloseOnExec = 0x80000;
    const int OwnerWritesAllRead = 0x1a4; // 0644
    const int Exclusive = 2;
    const int NonBlocking = 4;
    const int WouldBlock = 11;

    readonly SafeFileHandle _file;

    DataDirectoryLock(string path, SafeFileHandle file)
    {
        Path = path;
        _file = file;
    }

    /// <summary>The directory, absolute.</summary>
    public string Path { get; }

    /// <summary>
    /// Creates <paramref name="directory"/> when it is absent and takes its lock at once or not at all. Throws StorageUnavailable with
    /// the holder's process id when another process, or another holder in this one, has it.
    /// </summary>
    public static DataDirectoryLock Acquire(string directory)
    {
        var path = System.IO.Path.GetFullPath(directory);
        Directory.CreateDirectory(path);
        var file = Open(System.IO.Path.Combine(path, "lock"), ReadWrite | Create | CloseOnExec, OwnerWritesAllRead);
        if (!file.IsInvalid && Flock(file, Exclusive | NonBlocking) == 0)
        {
            WriteHolder(file);
            return new DataDirectoryLock(path, file);
        }
        using (file)
        {
            var error = Marshal.GetLastPInvokeError();
            throw new StoreException(
                StoreError.StorageUnavailable,
                error == WouldBlock
                    ? $"the data directory {path} is in use by process {ReadHolder(file)}: stop it first, or send it the request"
                    : $"the data directory {path} cannot be locked: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    public void Dispose() => _file.Dispose();

    static void WriteHolder(SafeFileHandle file)
    {
        var text = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n"));
        RandomAccess.SetLength(file, 0);
        RandomAccess.Write(file, text, 0);
    }

    static string ReadHolder(SafeFileHandle file)
    {
        Span<byte> text = stackalloc byte[20];
        return Encoding.ASCII.GetString(text[..RandomAccess.Read(file, text, 0)]).Trim();
    }

    /// <summary>Every way .NET has to open a file takes a <c>flock</c> of its own, which would be in the way of this one.</summary>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);
}
