namespace Holdfast.Server.Hosting.Life;

/// <summary>The directory that holds everything this node keeps on disk.</summary>
static class DataDirectory
{
    /// <summary>Makes it, for its owner only, when it is missing.</summary>
    /// <exception cref="StartException">It cannot be made, or is a file.</exception>
    public static void Create(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"the data directory {Path.GetFullPath(path)} cannot be made: {fault.Message}", fault);
        }
    }
}
