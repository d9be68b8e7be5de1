using System.Runtime.InteropServices;

namespace Holdfast.Core.Catalog.Sqlite;

/// <summary>
/// The functions that are called for each column and each parameter, straight into the loaded library. Through the package each counts
/// references on a handle, which costs more than the function. All of them return at once and call nothing back, so no transition of the
/// collector is needed; the connection, used by one thread at a time, keeps the statement alive.
/// https://www.sqlite.org/c3ref/column_blob.html, https://www.sqlite.org/c3ref/bind_blob.html
/// </summary>
static unsafe class SqliteNative
{
    static delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int> _columnType;
    static delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long> _columnInt64;
    static delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, double> _columnDouble;
    static delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, byte*> _columnBlob;
    static delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int> _columnBytes;
    static delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long, int> _bindInt64;
    static delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int> _bindNull;
    static delegate* unmanaged[Cdecl]<nint, int> _step;
    static delegate* unmanaged[Cdecl]<nint, int> _reset;
    static delegate* unmanaged[Cdecl]<nint, int> _clearBindings;

    public static void Bind(nint library)
    {
        _columnType = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int>)NativeLibrary.GetExport(
            library, "sqlite3_column_type");
        _columnInt64 = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long>)NativeLibrary.GetExport(
            library, "sqlite3_column_int64");
        _columnDouble = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, double>)NativeLibrary.GetExport(
            library, "sqlite3_column_double");
        _columnBlob = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, byte*>)NativeLibrary.GetExport(
            library, "sqlite3_column_blob");
        _columnBytes = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int>)NativeLibrary.GetExport(
            library, "sqlite3_column_bytes");
        _bindInt64 = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long, int>)NativeLibrary.GetExport(
            library, "sqlite3_bind_int64");
        _bindNull = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int>)NativeLibrary.GetExport(library, "sqlite3_bind_null");
        _step = (delegate* unmanaged[Cdecl]<nint, int>)NativeLibrary.GetExport(library, "sqlite3_step");
        _reset = (delegate* unmanaged[Cdecl]<nint, int>)NativeLibrary.GetExport(library, "sqlite3_reset");
        _clearBindings = (delegate* unmanaged[Cdecl]<nint, int>)NativeLibrary.GetExport(library, "sqlite3_clear_bindings");
    }

    public static int ColumnType(nint statement, int column) => _columnType(statement, column);

    public static long ColumnInt64(nint statement, int column) => _columnInt64(statement, column);

    public static double ColumnDouble(nint statement, int column) => _columnDouble(statement, column);

    /// <summary>The bytes in SQLite's own memory, until the statement moves on.</summary>
    public static ReadOnlySpan<byte> ColumnBytes(nint statement, int column)
    {
        // In this order: the length is that of what the first call converted, if it did.
        var bytes = _columnBlob(statement, column);
        return new ReadOnlySpan<byte>(bytes, _columnBytes(statement, column));
    }

    public static int BindInt64(nint statement, int position, long value) => _bindInt64(statement, position, value);

    public static int BindNull(nint statement, int position) => _bindNull(statement, position);

    public static int Step(nint statement) => _step(statement);

    public static int Reset(nint statement) => _reset(statement);

    public static int ClearBindings(nint statement) => _clearBindings(statement);
}
