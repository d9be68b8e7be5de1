using Holdfast.Core.Blobs;
using Holdfast.Core.Blobs.Files;
using Holdfast.Core.Blobs.Metering;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Core.Content.Artifacts;
using Holdfast.Core.Content.Upkeep;
using Holdfast.Core.Objects;
using Holdfast.Core.Repositories;
using Holdfast.Core.Repositories.Retention;
using Holdfast.Server.Hosting.Health;
using Holdfast.Server.Hosting.Metrics;
using Holdfast.Server.Hosting.Settings;

namespace Holdfast.Server.Store;

/// <summary>The store's singletons and background work.</summary>
public static class StoreRegistration
{
    static readonly TimeSpan LookForComposites = TimeSpan.FromSeconds(5);

    static readonly TimeSpan PullTimesEvery = TimeSpan.FromSeconds(5);

    static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(5);

    public static IServiceCollection AddStore(this IServiceCollection services, OpenStore store, HoldfastSettings settings) => services
        .AddSingleton(store.Catalog)
        .AddSingleton(store.Blobs)
        .AddSingleton(store.Accounts)
        .AddSingleton<BucketCache>()
        .AddSingleton(new MetricScope(store.Catalog.Engine.Metrics))
        .AddSingleton<IngestMetrics>()
        .AddSingleton<Ingest>()
        .AddSingleton<ContentStore>()
        .AddSingleton(provider => new GrowthGuard(
            store.Catalog, settings.Data, DiskReserve.Of(settings.Data), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<ContentReads>()
        .AddSingleton<DamageReports>()
        .AddSingleton<ArtifactDetection>()
        .AddSingleton<UpkeepSignal>()
        .AddSingleton<StoreMetrics>()
        .AddSingleton(new BlobCollection(store.Catalog, store.Blobs, settings.Collection.Grace, settings.Collection.BatchSize))
        .AddSingleton(new CompositeCollection(store.Catalog, settings.Collection.Grace))
        .AddSingleton(new UploadCollection(store.Catalog, settings.Uploads.Expiry))
        .AddSingleton(new RepositoryCollection(store.Catalog, settings.Uploads.Expiry, settings.Oci.UnusedBlobAge))
        .AddSingleton<UntaggedCollection>()
        .AddSingleton(new RetentionRun(store.Catalog, settings.Retention.UndeleteWindow))
        .AddSingleton<PullTimes>()
        .AddSingleton<RepositoryCollections>()
        .AddSingleton<RepositoryCache>()
        .AddSingleton<ArtifactNaming>()
        .AddSingleton<Digesting>()
        .AddSingleton<CompositeHashing>()
        .AddSingleton(provider => new LocalSweep(store.Catalog, store.Files, provider.GetRequiredService<ILogger<LocalSweep>>()))
        .AddSingleton<Collection>()
        .AddSingleton<ScrubLoop>()
        .AddSingleton<Watch>()
        .AddLoops(settings)
        .AddHostedService<Upkeep>()
        .AddSingleton(new HealthProbe("catalog", async ct => await CheckCatalogAsync(store.Catalog, ct)))
        .AddSingleton(new HealthProbe("local", async ct => await CheckBackendAsync(store.Blobs, ct)));

    static IServiceCollection AddLoops(this IServiceCollection services, HoldfastSettings settings) => services
        .AddSingleton(of => UpkeepLoop.Every(settings.Collection.Interval, "collection", of.GetRequiredService<Collection>().RunAsync))
        .AddSingleton(of => new UpkeepLoop(
            "hashing",
            of.GetRequiredService<Digesting>().RunAsync,
            ct => of.GetRequiredService<UpkeepSignal>().WaitForWorkAsync(LookForComposites, ct)))
        .AddSingleton(of => UpkeepLoop.Every(SweepEvery, "sweep", of.GetRequiredService<LocalSweep>().RunAsync))
        .AddSingleton(of => UpkeepLoop.Every(
            settings.Retention.Interval, "retention", of.GetRequiredService<RetentionRun>().RunAllAsync))
        .AddSingleton(of => UpkeepLoop.Every(PullTimesEvery, "pulls", of.GetRequiredService<PullTimes>().FlushAsync));

    static async ValueTask<string?> CheckCatalogAsync(Catalog catalog, CancellationToken ct)
    {
        await catalog.ReadAsync(tx => BucketTable.ListAsync(tx, "", 1), ct);
        return null;
    }

    static async ValueTask<string?> CheckBackendAsync(IBlobStore blobs, CancellationToken ct)
    {
        // A location that cannot exist: what counts is that the backend answers.
        await blobs.FindAsync(new BlobLocation(new string('0', 64) + ".0000000000000000"), ct);
        return null;
    }
}
