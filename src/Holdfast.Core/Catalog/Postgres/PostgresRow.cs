using Npgsql;

namespace Holdfast.Core.Catalog.Postgres;

/// <summary>The row a reader stands on.</summary>
sealed class PostgresRow(NpgsqlDataReader reader) : CatalogRow
{
    public override bool IsNull(int column) => reader.IsDBNull(column);

    public override long GetInt64(int column) => reader.GetInt64(column);

    public override int GetInt32(int column) => reader.GetInt32(column);

    public override bool GetBoolean(int column) => reader.GetBoolean(column);

    public override double GetDouble(int column) => reader.GetDouble(column);

    public override string GetString(int column) => reader.GetString(column);

    public override byte[] GetBytes(int column) => reader.GetFieldValue<byte[]>(column);

    public override ReadOnlySpan<byte> GetSpan(int column) => GetBytes(column);
}
