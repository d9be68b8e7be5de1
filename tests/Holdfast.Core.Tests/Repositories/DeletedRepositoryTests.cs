using Holdfast.Core.Repositories;
using Holdfast.Core.Repositories.Retention;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;
using Holdfast.TestKit.Catalog;
using Holdfast.TestKit.Durability.Registry;
using Holdfast.TestKit.Peers;
using Store = Holdfast.Core.Catalog.Catalog;

namespace Holdfast.Core.Tests.Repositories;

/// <summary>What is left of a deleted repository until collection has emptied it.</summary>
public sealed class DeletedRepositoryTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_sqlite_nothing_stays_of_a_deleted_repository_and_nobody_writes_into_it()
    {
        await using var test = await TestCatalog.OpenSqliteAsync(null, Ct);

        await CheckAsync(test.Catalog);
    }

    [Fact]
    public async Task On_postgresql_nothing_stays_of_a_deleted_repository_and_nobody_writes_into_it()
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        await using var test = await TestCatalog.OpenPostgresAsync(null, Ct);

        await CheckAsync(test.Catalog);
    }

    static async Task CheckAsync(Store catalog)
    {
        var (store, image) = (new RepositoryStore(catalog), new RegistryContents().Images[0]);
        var repository = await CreateAsync(catalog, "gone/soon");
        await CreateAsync(catalog, "rules/too");
        foreach (var blob in image.Blobs)
        {
            await using var received = await store.ReceiveAsync(blob.Bytes, null);
            await RepositoryLinks.AddAsync(new(catalog), received, repository.Id, ContentName.Parse(blob.Digest), Ct);
        }
        await catalog.WriteAsync(tx => BlobUploadTable.CreateAsync(tx, Guid.NewGuid(), repository.Id, "me"), Ct);

        await store.ExpectAsync(null, tx => RepositoryTable.BuryAsync(tx, repository));

        await store.ExpectAsync(
            StoreError.NoSuchRepository, async tx => await RepositoryTable.HoldAsync(tx, repository.Id));
        await store.ExpectAsync(StoreError.NoSuchRepository, tx => RepositoryTable.BuryAsync(tx, repository));
        // Rules are run over the others as before.
        await new RetentionRun(catalog, TimeSpan.Zero).RunAllAsync(Ct);
        await store.CollectAsync(TimeSpan.FromDays(1), TimeSpan.FromDays(1));
        Assert.Empty(await CatalogInvariants.ListLeftoversAsync(catalog, Ct));
        Assert.Equal(1, await catalog.ReadAsync(tx => tx.FindAsync("SELECT COUNT(*) FROM repository", row => row.GetInt64(0)), Ct));
    }

    static async Task<Repository> CreateAsync(Store catalog, string name) => await catalog.WriteAsync(
        async tx =>
        {
            var fresh = await RepositoryTable.EnsureAsync(tx, RepositoryName.Parse(name), 1, "me");
            var made = fresh with { UntaggedAge = TimeSpan.Zero, Retention = [new RetentionRule(["*"], 1, null, null, null)] };
            await RepositoryTable.SetAsync(tx, made);
            return made;
        },
        Ct);
}
