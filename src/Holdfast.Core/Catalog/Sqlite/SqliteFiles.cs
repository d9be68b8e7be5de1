namespace Holdfast.Core.Catalog.Sqlite;

/// <summary>
/// The database's files belong to their owner alone: short content lies in them. SQLite gives its log and its index the mode of the
/// database.
/// </summary>
static class SqliteFiles
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates the database empty when it is absent; takes away what others may do with files that are there.</summary>
    public static void Protect(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        try
        {
            if (!File.Exists(path))
                new FileStream(
                    path,
                    new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }).Dispose();
            foreach (var file in (ReadOnlySpan<string>)[path, path + "-wal", path + "-shm"])
            {
                if (File.Exists(file) && (File.GetUnixFileMode(file) & ~OwnerOnly) != UnixFileMode.None)
                    File.SetUnixFileMode(file, OwnerOnly);
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // A file of another owner stays as it is; a directory that takes no file is refused by SQLite, which says why.
        }
    }
}
