using Holdfast.Protocol.Errors;
using SQLitePCL;

namespace Holdfast.Core.Catalog.Sqlite;

/// <summary>What an SQLite result code means to the catalog's callers.</summary>
static class SqliteErrors
{
    /// <summary>The index of the log cannot grow: in practice a full disk, though SQLite counts it among the I/O errors.</summary>
    const int IndexCannotGrow = raw.SQLITE_IOERR | (19 << 8);

    /// <summary>What <paramref name="code"/>, an extended one, becomes; <paramref name="sql"/> is null outside statements.</summary>
    public static Exception Describe(int code, string message, bool writer, string? sql) => (code & 0xff) switch
    {
        raw.SQLITE_FULL => Full(code, message),
        raw.SQLITE_IOERR when code == IndexCannotGrow => Full(code, message),
        raw.SQLITE_IOERR or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_CANTOPEN => Unavailable(code, message),
        raw.SQLITE_NOMEM or raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PROTOCOL => Unavailable(code, message),
        raw.SQLITE_READONLY when writer => Unavailable(code, message),
        raw.SQLITE_CONSTRAINT => new CatalogConstraintException($"{message} in: {sql}"),
        _ => new InvalidOperationException($"SQLite refused a statement with {code} ({message}): {sql}"),
    };

    static StoreException Full(int code, string message) =>
        new(StoreError.StorageFull, $"there is no room left for the catalog: {message} ({code}); try again later");

    static StoreException Unavailable(int code, string message) =>
        new(StoreError.CatalogUnavailable, $"the catalog cannot be used now: {message} ({code}); try again later");
}
