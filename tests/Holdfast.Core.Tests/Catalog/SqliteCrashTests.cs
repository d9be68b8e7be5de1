using System.Diagnostics;
using Holdfast.Protocol.Errors;
using Holdfast.TestKit.Catalog;
using Holdfast.TestKit.Server;
using Store = Holdfast.Core.Catalog.Catalog;

namespace Holdfast.Core.Tests.Catalog;

/// <summary>A process is killed, or its disk fails, in the midst of its commits.</summary>
public sealed class SqliteCrashTests : IDisposable
{
    const int Kills = 4;

    readonly TestDirectory _directory = new();

    string ControlPath => Path.Combine(_directory.Path, "control");

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_acknowledged_survives_a_kill()
    {
        await MigrateAsync();
        var acknowledged = new List<long>();
        for (var kill = 1; kill <= Kills; kill++)
        {
            using var child = new CrashChild(_directory.Path);
            await child.UntilAsync(() => child.Acknowledged.Count >= 150 * kill);
            await child.KillAsync();

            acknowledged.AddRange(child.Acknowledged);
            await CheckAsync(acknowledged);
        }
    }

    [Theory]
    [InlineData("posix/io/sync/fdatasync")]
    [InlineData("posix/io/rw/pwrite")]
    public async Task A_failing_disk_refuses_writes_and_loses_nothing(string failure)
    {
        Assert.SkipUnless(
            File.Exists("/usr/bin/fiu-run"), "libfiu is not installed (apt-get install fiu-utils): no system call can be failed");
        await MigrateAsync();
        using var child = new CrashChild(_directory.Path, "fiu-run", "-x", "-f", ControlPath);
        await child.UntilAsync(() => child.Acknowledged.Count >= 100);

        await ControlAsync(child, $"enable name={failure},failinfo=5");
        await child.UntilAsync(() => child.Refused.Count >= 20);
        await ControlAsync(child, $"disable name={failure}");
        var during = child.Acknowledged.Count;
        await child.UntilAsync(() => child.Acknowledged.Count >= during + 100);
        await child.KillAsync();

        Assert.All(child.Refused, static error => Assert.Equal(StoreError.CatalogUnavailable, error));
        await CheckAsync(child.Acknowledged);
    }

    public void Dispose() => _directory.Dispose();

    async Task MigrateAsync()
    {
        using var database = new SqliteDatabase(_directory.Path);
        await using var engine = database.Open(CatalogFixture.TestMigrations, TimeProvider.System);
        await engine.MigrateAsync(Ct);
    }

    /// <summary>The database is whole, and has every row whose writer was told so.</summary>
    async Task CheckAsync(IEnumerable<long> acknowledged)
    {
        using var database = new SqliteDatabase(_directory.Path);
        await using var catalog = new Store(database.Open(CatalogFixture.TestMigrations, TimeProvider.System));
        Assert.Equal("ok", await catalog.ReadAsync(s => s.FindAsync("PRAGMA integrity_check", static row => row.GetString(0)), Ct));
        var ids = await catalog.ReadAsync(s => s.ListAsync("SELECT id FROM thing WHERE number = id", static row => row.GetInt64(0)), Ct);
        Assert.Empty(acknowledged.Except(ids));
    }

    async Task ControlAsync(CrashChild child, string command)
    {
        using var control = Process.Start(
            new ProcessStartInfo("fiu-ctrl", ["-f", ControlPath, "-c", command, $"{child.Id}"]) { UseShellExecute = false })!;
        await control.WaitForExitAsync(Ct);
        Assert.Equal(0, control.ExitCode);
    }
}
