using SQLitePCL;

namespace Holdfast.Core.Catalog.Sqlite;

/// <summary>The SQL function <c>db_now()</c>: microseconds since 1970 UTC.</summary>
static class SqliteClock
{
    public static int Register(sqlite3 connection, TimeProvider time) => raw.sqlite3_create_function(
        connection,
        "db_now",
        0,
        raw.SQLITE_UTF8,
        time,
        static (context, data, _) => raw.sqlite3_result_int64(context, Now((TimeProvider)data)));

    static long Now(TimeProvider time) => CatalogTime.ToMicros(time.GetUtcNow());
}
