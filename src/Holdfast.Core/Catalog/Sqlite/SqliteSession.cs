namespace Holdfast.Core.Catalog.Sqlite;

/// <summary>One transaction, or one member's part of a group's. Every answer is there when the call returns.</summary>
sealed class SqliteSession(SqliteConnection connection) : CatalogSession
{
    bool _ended;

    public override ValueTask<int> ExecuteAsync(string sql, params object?[] args) => new(Connection.Execute(sql, args));

    public override ValueTask<T?> FindAsync<T>(string sql, Func<CatalogRow, T> map, params object?[] args)
        where T : default => new(Connection.Find(sql, map, args));

    public override ValueTask<List<T>> ListAsync<T>(string sql, Func<CatalogRow, T> map, params object?[] args) =>
        new(Connection.List(sql, map, args));

    /// <summary>Runs any number of statements without parameters.</summary>
    public void ExecuteScript(string sql) => Connection.ExecuteScript(sql);

    /// <summary>From here on the session is of no use: another transaction may have begun on its connection.</summary>
    public void End() => _ended = true;

    /// <summary>The outcome of <paramref name="work"/>, which had no reason to wait for anything.</summary>
    public static T Outcome<T>(ValueTask<T> work) => work.IsCompleted
        ? work.GetAwaiter().GetResult()
        : throw new InvalidOperationException("the work of a transaction awaited something besides its session");

    SqliteConnection Connection =>
        !_ended ? connection : throw new InvalidOperationException("the session was used after its transaction ended");
}
