using System.Diagnostics;
using Holdfast.Core.Catalog;
using Holdfast.Core.Catalog.Schema;
using Holdfast.Protocol.Errors;
using Holdfast.TestKit.Catalog;
using Holdfast.TestKit.Server;

namespace Holdfast.Core.Tests.Catalog;

/// <summary>A disk of 12 MiB, filled up and cleared again.</summary>
public sealed class SqliteFullDiskTests : CatalogFixture
{
    readonly TestDirectory _disk = new();
    SqliteDatabase? _database;
    bool _mounted;

    [Fact]
    public async Task Writes_are_refused_while_the_disk_is_full_and_go_on_when_there_is_room()
    {
        var acknowledged = new List<long>();
        Assert.True(await WriteAsync(acknowledged, 50) is null);

        await FillAsync();
        var refusal = await WriteAsync(acknowledged, 5000);
        Assert.Equal(StoreError.StorageFull, refusal?.Error);
        Assert.Equal(StoreError.StorageFull, (await WriteAsync(acknowledged, 1))?.Error);
        Assert.Equal(acknowledged, await IdsAsync());

        File.Delete(Path.Combine(_disk.Path, "ballast"));
        Assert.True(await WriteAsync(acknowledged, 50) is null);
        Assert.Equal(acknowledged, await IdsAsync());
        await Catalog.DisposeAsync();
        await InitializeAsync();
        Assert.Equal(acknowledged, await IdsAsync());
    }

    protected override async ValueTask<CatalogEngine> OpenAsync(IReadOnlyList<Migration> migrations)
    {
        if (!_mounted)
        {
            _mounted = await RunAsync("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", _disk.Path) == 0;
            Assert.SkipUnless(_mounted, "a disk of limited size can be mounted only by root");
            _database = new SqliteDatabase(_disk.Path);
        }
        return _database!.Open(migrations, Clock);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_mounted)
        {
            await base.DisposeAsync();
            _database!.Dispose();
            await RunAsync("umount", _disk.Path);
        }
        _disk.Dispose();
    }

    /// <summary>Writes until the first refusal, or <paramref name="count"/> rows of 10 KiB.</summary>
    async Task<StoreException?> WriteAsync(List<long> acknowledged, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var id = acknowledged.Count;
            try
            {
                await Catalog.WriteAsync(s => s.ExecuteAsync(Insert, (long)id, "x", new byte[10 << 10], null), Ct);
            }
            catch (StoreException refusal)
            {
                return refusal;
            }
            acknowledged.Add(id);
        }
        return null;
    }

    async Task FillAsync()
    {
        await using var ballast = File.Create(Path.Combine(_disk.Path, "ballast"));
        try
        {
            while (true)
            {
                await ballast.WriteAsync(new byte[4096], Ct);
                await ballast.FlushAsync(Ct);
            }
        }
        catch (IOException)
        {
        }
    }

    ValueTask<List<long>> IdsAsync() =>
        Catalog.ReadAsync(s => s.ListAsync("SELECT id FROM thing ORDER BY id", static row => row.GetInt64(0)), Ct);

    static async Task<int> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(Ct);
        return process.ExitCode;
    }
}
