using Holdfast.Core.Catalog.Schema;
using Holdfast.TestKit.Catalog;
using Holdfast.TestKit.Server;

namespace Holdfast.Core.Tests.Catalog;

public sealed class SqliteFilesTests : IDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly TestDirectory _directory = new();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_owner_reads_the_database_and_what_lies_beside_it()
    {
        using var database = new SqliteDatabase(_directory.Path);

        await AssertProtectedAsync(database);
        File.SetUnixFileMode(database.Path, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await AssertProtectedAsync(database);
    }

    public void Dispose() => _directory.Dispose();

    static async Task AssertProtectedAsync(SqliteDatabase database)
    {
        await using var engine = database.Open(Migrations.All, TimeProvider.System);
        await engine.MigrateAsync(Ct);

        foreach (var file in (string[])[database.Path, database.LogPath, database.Path + "-shm"])
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
    }
}
