using System.Text;
using SQLitePCL;

namespace Holdfast.Core.Catalog.Sqlite;

/// <summary>The row a statement stands on.</summary>
sealed class SqliteRow(nint statement) : CatalogRow
{
    public override bool IsNull(int column) => SqliteNative.ColumnType(statement, column) == raw.SQLITE_NULL;

    public override long GetInt64(int column)
    {
        var value = SqliteNative.ColumnInt64(statement, column);
        if (value == 0)
        {
            RequireValue(column); // SQLite gives 0 for NULL
        }
        return value;
    }

    public override int GetInt32(int column) => checked((int)GetInt64(column));

    public override bool GetBoolean(int column) => GetInt64(column) != 0;

    public override double GetDouble(int column)
    {
        RequireValue(column);
        return SqliteNative.ColumnDouble(statement, column);
    }

    public override string GetString(int column)
    {
        // The blob of a text is its UTF-8; asking for the text would end at an embedded NUL.
        var bytes = GetSpan(column);
        return bytes.IsEmpty ? "" : Encoding.UTF8.GetString(bytes);
    }

    public override byte[] GetBytes(int column) => GetSpan(column).ToArray();

    public override ReadOnlySpan<byte> GetSpan(int column)
    {
        var bytes = SqliteNative.ColumnBytes(statement, column);
        if (bytes.IsEmpty)
        {
            RequireValue(column);
        }
        return bytes;
    }

    void RequireValue(int column)
    {
        if (IsNull(column))
        {
            throw new InvalidCastException($"column {column} is NULL");
        }
    }
}
