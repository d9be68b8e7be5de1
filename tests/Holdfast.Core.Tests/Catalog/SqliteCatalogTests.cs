using Holdfast.Core.Catalog;
using Holdfast.Core.Catalog.Schema;
using Holdfast.Core.Catalog.Sqlite;
using Holdfast.TestKit.Catalog;

namespace Holdfast.Core.Tests.Catalog;

public sealed class SqliteCatalogTests : CatalogSuite
{
    readonly TemporaryDirectory _directory = new();
    DataDirectoryLock? _lock;

    protected override ValueTask<CatalogEngine> OpenAsync(IReadOnlyList<Migration> migrations)
    {
        _lock ??= DataDirectoryLock.Acquire(_directory.Path);
        return new(SqliteEngine.Open(new SqliteOptions { Directory = _lock, Time = Clock }, migrations));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _lock?.Dispose();
        _directory.Dispose();
    }
}
