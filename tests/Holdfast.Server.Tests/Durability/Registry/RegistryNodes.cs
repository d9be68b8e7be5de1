using System.Net;
using Holdfast.Core.Catalog;
using Holdfast.Server.Hosting.Settings;
using Holdfast.TestKit.Catalog;
using Holdfast.TestKit.Durability.Registry;
using Holdfast.TestKit.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Server.Tests.Durability.Registry;

/// <summary>One server, or several over one PostgreSQL and one data directory, that collect without any grace.</summary>
sealed class RegistryNodes : IAsyncDisposable
{
    readonly TestDirectory _directory = new();
    readonly List<ServerFixture> _servers = [];

    public List<OciCaller> Callers { get; } = [];

    public Catalog Catalog => _servers[0].Services.GetRequiredService<Catalog>();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Skips the test where several are asked for and there is no PostgreSQL.</summary>
    public static async Task<RegistryNodes> StartAsync(int count, TimeSpan interval)
    {
        var catalog = count > 1 ? await Catalogs.NewPostgresAsync() : await Catalogs.NewAsync();
        var nodes = new RegistryNodes();
        for (var node = 0; node < count; node++)
        {
            var server = await ServerFixture.StartAsync(new ServerOptions
            {
                Tls = false,
                Catalog = catalog,
                Data = nodes._directory.File("data"),
                Settings = settings => settings with
                {
                    Collection = new CollectionSettings { Grace = TimeSpan.Zero, Interval = interval },
                    Oci = new OciSettings { UnusedBlobAge = TimeSpan.Zero, SparseIndexes = false },
                },
            });
            nodes._servers.Add(server);
            nodes.Callers.Add(new OciCaller(server.BaseAddress));
        }
        return nodes;
    }

    public OciCaller CallerOf(int number) => Callers[number % Callers.Count];

    /// <summary>A tidy one deletes manifests without a tag or an index at once, and those without a subject.</summary>
    public async Task CreateAsync(RegistryRepository repository)
    {
        var path = $"/api/v1/repositories/{repository.Name}";
        Assert.True((await Callers[0].SendAsync(HttpMethod.Put, path, Ct)).IsSuccess);
        if (!repository.IsTidy)
            return;
        var ages = OciCaller.Body("""{"untagged_age": 0, "dangling_age": 0}"""u8.ToArray(), "application/json");
        Assert.Equal(HttpStatusCode.OK, (await Callers[0].SendAsync(HttpMethod.Patch, path, Ct, ages)).Status);
    }

    /// <summary>Waits until neither the catalog nor the disk holds anything.</summary>
    public async Task UntilEmptyAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(HoldfastProcess.Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (List<string> left = []; ; await timer.WaitForNextTickAsync(Ct))
        {
            left = await CatalogInvariants.ListLeftoversAsync(Catalog, Ct);
            left.AddRange(Directory.EnumerateFiles(_directory.File("data/blobs"), "*", SearchOption.AllDirectories));
            if (left.Count == 0)
                return;
            Assert.False(limit.IsCancellationRequested, $"what nothing refers to stays: {string.Join(", ", left)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var caller in Callers)
            caller.Dispose();
        foreach (var server in _servers)
            await server.DisposeAsync();
        _directory.Dispose();
    }
}
