using System.Runtime.InteropServices;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Blobs.Files;

/// <summary>Turns what the operating system answered into a refusal. Paths in it are relative to the data directory.</summary>
static class FileFault
{
    /// <param name="errno">The error number.</param>
    /// <param name="what">What was being done, to complete "… failed".</param>
    public static StoreException Of(int errno, string what, Exception? inner = null)
    {
        var reason = errno is > 0 and < 4096 ? Marshal.GetPInvokeErrorMessage(errno) : "the medium does not answer as it should";
        return errno is Posix.Enospc or Posix.Edquot
            ? new StoreException(StoreError.StorageFull, $"the store is full: {what} failed ({reason})", inner)
            : new StoreException(StoreError.StorageUnavailable, $"the store cannot be used now: {what} failed ({reason})", inner);
    }

    /// <summary>.NET keeps errno in the HResult of the exceptions it makes of it.</summary>
    public static StoreException Of(IOException fault, string what) => Of(fault.HResult, what, fault);

    /// <summary>Throws unless <paramref name="errno"/> is 0.</summary>
    public static void ThrowIf(int errno, string verb, string path)
    {
        if (errno != 0)
            throw Of(errno, $"{verb} {path}");
    }

    /// <summary>The result of a managed call, its faults translated.</summary>
    public static T Guard<T>(Func<T> call, string what)
    {
        try
        {
            return call();
        }
        catch (IOException fault)
        {
            throw Of(fault, what);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw Of(Posix.Eacces, what, fault);
        }
    }
}
