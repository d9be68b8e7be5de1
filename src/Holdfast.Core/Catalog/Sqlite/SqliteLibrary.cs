using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Holdfast.Core.Catalog.Sqlite;

/// <summary>
/// The native SQLite of this process: the system's when it is newer than the one shipped in the package (3.35.5), which keeps up with
/// security fixes wherever the system does. Loaded once, on first use.
/// </summary>
static unsafe class SqliteLibrary
{
    const string Bundled = "e_sqlite3";
    const string OfTheSystem = "libsqlite3.so.0";

    static readonly Lazy<string> Loaded = new(Load);

    /// <summary>For the log, for instance <c>3.40.1 (libsqlite3.so.0)</c>.</summary>
    public static string Version => Loaded.Value;

    static string Load()
    {
        var provider = typeof(SQLite3Provider_e_sqlite3).Assembly;
        var (handle, name) = Choose(provider);
        NativeLibrary.SetDllImportResolver(provider, (library, _, _) => library == Bundled ? handle : 0);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        raw.FreezeProvider();
        SqliteNative.Bind(handle);
        // Nobody asks SQLite for its memory statistics, and keeping them takes one lock of the process for every allocation of every
        // connection. Takes effect before the first connection only, which is now.
        const int memoryStatistics = 9;
        _ = raw.sqlite3_config(memoryStatistics, 0);
        return $"{raw.sqlite3_libversion().utf8_to_string()} ({name})";
    }

    static (nint Handle, string Name) Choose(Assembly provider)
    {
        var bundled = NativeLibrary.TryLoad(Bundled, provider, null, out var ours) ? VersionNumber(ours) : 0;
        var system = NativeLibrary.TryLoad(OfTheSystem, out var theirs) && IsThreadSafe(theirs) ? VersionNumber(theirs) : 0;
        if (bundled == 0 && system == 0)
        {
            throw new DllNotFoundException($"neither {OfTheSystem} nor the packaged {Bundled} can be loaded: install libsqlite3");
        }
        return system > bundled ? (theirs, OfTheSystem) : (ours, Bundled);
    }

    static int VersionNumber(nint library) => Call(library, "sqlite3_libversion_number");

    static bool IsThreadSafe(nint library) => Call(library, "sqlite3_threadsafe") != 0;

    static int Call(nint library, string function) => ((delegate* unmanaged<int>)NativeLibrary.GetExport(library, function))();
}
