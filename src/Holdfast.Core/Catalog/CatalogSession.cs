namespace Holdfast.Core.Catalog;

/// <summary>
/// A transaction's view of the database, usable only inside the work it was given to. SQL is shared by the engines: parameters are
/// <c>$1</c>, <c>$2</c>, … in the order of <c>args</c> (null, long, int, bool, double, string, byte[], ReadOnlyMemory&lt;byte&gt;);
/// <c>db_now()</c> is the database's clock in microseconds since 1970 UTC. Statements are prepared once per connection and kept by
/// their text, so that text must be a constant. A violated constraint is a <see cref="CatalogConstraintException"/> and ends the work.
/// </summary>
public abstract class CatalogSession
{
    /// <summary>
    /// Whether several writers work at once, so that rows must be locked by statements (<c>FOR SHARE</c>, <c>FOR UPDATE</c>); false where
    /// there is a single writer.
    /// </summary>
    public virtual bool HasRowLocks => false;

    /// <summary>Runs a changing statement; the number of rows it changed.</summary>
    public abstract ValueTask<int> ExecuteAsync(string sql, params object?[] args);

    /// <summary>The first row, mapped; default when there is none.</summary>
    public abstract ValueTask<T?> FindAsync<T>(string sql, Func<CatalogRow, T> map, params object?[] args);

    /// <summary>All rows, mapped, in the statement's order. The statement bounds their number.</summary>
    public abstract ValueTask<List<T>> ListAsync<T>(string sql, Func<CatalogRow, T> map, params object?[] args);
}
