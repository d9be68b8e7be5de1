using Holdfast.Core.Access;
using Holdfast.Core.Objects;
using Holdfast.TestKit.Catalog;
using Holdfast.TestKit.Peers;

namespace Holdfast.Core.Tests.Objects;

public sealed class BucketCacheTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_gives_what_the_last_answered_change_made()
    {
        await using var test = await TestCatalog.OpenSqliteAsync(null, Ct);

        await CheckAsync(test);
    }

    [Fact]
    public async Task On_postgresql_it_asks_each_time()
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        await using var test = await TestCatalog.OpenPostgresAsync(null, Ct);

        Assert.Null(test.Catalog.Engine.VersionOf("bucket"));
        await CheckAsync(test);
    }

    [Fact]
    public async Task Readers_that_race_changes_never_go_back()
    {
        await using var test = await TestCatalog.OpenSqliteAsync(null, Ct);
        var cache = new BucketCache(test.Catalog);
        var bucket = await CreateAsync(test, "raced");
        using var done = new CancellationTokenSource();
        var answered = 0;
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(ReadAsync, Ct)).ToList();

        for (var step = 1; step <= 300; step++)
        {
            await test.Catalog.WriteAsync(tx => SetTagsAsync(tx, bucket.Id, step), Ct);
            Volatile.Write(ref answered, step);
        }
        await done.CancelAsync();
        await Task.WhenAll(readers);

        async Task ReadAsync()
        {
            while (!done.IsCancellationRequested)
            {
                var least = Volatile.Read(ref answered);
                var seen = (await cache.FindAsync("raced", Ct))!.Tags;
                Assert.True(least == 0 || int.Parse(seen[0].Value, null) >= least);
            }
        }
    }

    static async Task CheckAsync(TestCatalog test)
    {
        var cache = new BucketCache(test.Catalog);
        Assert.Null(await cache.FindAsync("b", Ct));

        var bucket = await CreateAsync(test, "b");
        Assert.Equal(bucket.Id, (await cache.FindAsync("b", Ct))!.Id);
        await test.Catalog.WriteAsync(tx => SetTagsAsync(tx, bucket.Id, 7), Ct);
        Assert.Equal("7", (await cache.FindAsync("b", Ct))!.Tags[0].Value);
        await test.Catalog.WriteAsync(
            async tx =>
            {
                await BucketTable.SetAclAsync(tx, bucket.Id, CannedAcl.PublicRead);
                await BucketTable.SetVersioningAsync(tx, bucket.Id, BucketVersioning.Enabled);
                return 0;
            },
            Ct);
        var changed = (await cache.FindAsync("b", Ct))!;
        Assert.Equal((CannedAcl.PublicRead, BucketVersioning.Enabled), (changed.Acl, changed.Versioning));
        await test.Catalog.WriteAsync(
            async tx =>
            {
                await BucketTable.DeleteAsync(tx, changed);
                return 0;
            },
            Ct);
        Assert.Null(await cache.FindAsync("b", Ct));
    }

    static async Task<Bucket> CreateAsync(TestCatalog test, string name) =>
        (await test.Catalog.WriteAsync(tx => BucketTable.CreateAsync(tx, name, 1, "me", CannedAcl.Private, Pairs.None), Ct))!;

    static async ValueTask<int> SetTagsAsync(Holdfast.Core.Catalog.CatalogSession tx, long bucket, int step)
    {
        await BucketTable.SetTagsAsync(tx, bucket, [new("step", $"{step}")]);
        return 0;
    }
}
