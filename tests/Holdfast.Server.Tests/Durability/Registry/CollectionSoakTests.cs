using System.Net;
using Holdfast.TestKit.Catalog;
using Holdfast.TestKit.Durability;
using Holdfast.TestKit.Durability.Registry;

namespace Holdfast.Server.Tests.Durability.Registry;

/// <summary>
/// Collection against pushes. HOLDFAST_TEST_OPERATIONS says how many there are, HOLDFAST_TEST_SEED repeats a failure as closely as threads
/// allow.
/// </summary>
[Trait("Suite", "Soak")]
public sealed class CollectionSoakTests
{
    const int Workers = 8;
    const int FewOperations = 1000;

    static readonly string[] Tags = ["latest", "v1", "v2", "v3", "edge", "nightly"];

    static readonly RegistryRepository[] Repositories =
        [new("soak/kept", false), new("soak/other", false), new("soak/tidy", true)];

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Collection_beside_pushes_loses_nothing_acknowledged_and_leaves_nothing_unreferenced(int count)
    {
        var operations = RunOptions.Operations(FewOperations);
        var seed = RunOptions.Seed;
        // A short run is over in seconds: it is to meet collection, and be looked at, as often as a longer one.
        var (isShort, shortInterval) = (operations <= FewOperations, count == 1 ? 50 : 200);
        var (round, interval) = isShort ? (120, TimeSpan.FromMilliseconds(shortInterval)) : (600, TimeSpan.FromSeconds(1));
        await using var nodes = await RegistryNodes.StartAsync(count, interval);
        foreach (var repository in Repositories)
            await nodes.CreateAsync(repository);
        var history = new RegistryHistory(new RegistryContents(), Repositories, Tags, keepsBlobs: false);
        var acknowledged = 0L;

        for (var done = 0; done < operations; done += round)
        {
            var dice = new Dice(seed + (ulong)done);
            var workers = Enumerable.Range(0, Workers)
                .Select(_ => new RegistryWorkload(nodes.Callers, history, new Dice((ulong)dice.Next(int.MaxValue)))).ToList();
            await Task.WhenAll(workers.Select(worker => WorkAsync(worker, round / Workers)));

            acknowledged += history.Acknowledged;
            Assert.Null(workers.SelectMany(worker => worker.Faults).Select(fault => $"seed {seed}: {fault}").FirstOrDefault());
            var reader = new RegistryWorkload(nodes.Callers, history, dice);
            Assert.Null(await new RegistryInspection(history, reader, nodes.CallerOf(done)).FindFaultAsync(Ct));
            Assert.Empty(await CatalogInvariants.ListViolationsAsync(nodes.Catalog, Ct));
        }

        await DeleteAllAsync(nodes, history);
        await nodes.UntilEmptyAsync();
        TestContext.Current.SendDiagnosticMessage($"seed {seed}: {acknowledged} acknowledged changes, none lost");
    }

    static async Task WorkAsync(RegistryWorkload worker, int steps)
    {
        for (var step = 0; step < steps; step++)
            await worker.StepAsync(Ct);
    }

    static async Task DeleteAllAsync(RegistryNodes nodes, RegistryHistory history)
    {
        foreach (var upload in history.Uploads.Keys)
            Assert.Equal(HttpStatusCode.NoContent, (await nodes.Callers[0].SendAsync(HttpMethod.Delete, upload, Ct)).Status);
        foreach (var (repository, manifest) in Repositories.SelectMany(one => history.Contents.Manifests.Select(other => (one, other))))
        {
            var reply = await nodes.Callers[0].SendAsync(
                HttpMethod.Delete, $"/v2/{repository.Name}/manifests/{manifest.Digest}", Ct);
            Assert.True(reply.Status is HttpStatusCode.Accepted or HttpStatusCode.NotFound, reply.Text);
        }
    }
}
