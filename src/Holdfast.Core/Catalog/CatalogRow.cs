namespace Holdfast.Core.Catalog;

/// <summary>
/// One row of an answer, columns counted from 0. Lives only while the map that was given it runs. <c>Get…</c> of a NULL is a fault;
/// <c>Find…</c> gives null for it. Not thread safe.
/// </summary>
public abstract class CatalogRow
{
    public abstract bool IsNull(int column);

    public abstract long GetInt64(int column);

    public abstract int GetInt32(int column);

    public abstract bool GetBoolean(int column);

    public abstract double GetDouble(int column);

    public abstract string GetString(int column);

    public abstract byte[] GetBytes(int column);

    /// <summary>The bytes of a BLOB/BYTEA in place, without a copy; they are gone when the map returns.</summary>
    public abstract ReadOnlySpan<byte> GetSpan(int column);

    /// <summary>
    /// Copies the bytes of a BLOB/BYTEA to the start of <paramref name="destination"/>, which must have room; how many there were.
    /// </summary>
    public int CopyBytes(int column, Span<byte> destination)
    {
        var bytes = GetSpan(column);
        bytes.CopyTo(destination);
        return bytes.Length;
    }

    public long? FindInt64(int column) => IsNull(column) ? null : GetInt64(column);

    public int? FindInt32(int column) => IsNull(column) ? null : GetInt32(column);

    public string? FindString(int column) => IsNull(column) ? null : GetString(column);

    public byte[]? FindBytes(int column) => IsNull(column) ? null : GetBytes(column);
}
