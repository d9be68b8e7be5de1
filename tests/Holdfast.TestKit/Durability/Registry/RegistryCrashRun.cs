using System.Net;
using Holdfast.TestKit.Catalog;
using Holdfast.TestKit.Server;

namespace Holdfast.TestKit.Durability.Registry;

/// <summary>
/// Kills a real server (SIGKILL) again and again in the midst of uploads and pushes, starts it again on the same directory, and proves from
/// what was answered that nothing acknowledged was lost, that every upload goes on where it was acknowledged to be, and that whatever was
/// not acknowledged is whole or not there. With two nodes one is killed, and the other must go on.
/// </summary>
public sealed class RegistryCrashRun : IDisposable
{
    const int Workers = 6;
    const int StepsOfSurvivor = 40;

    // Finishing all that was ever left would be most of a long run.
    const int UploadsLooked = 25;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static readonly RegistryRepository[] Repositories = [new("crash/kept", false), new("crash/tidy", true)];

    static readonly string[] Tags = ["latest", "v1", "v2", "edge"];

    readonly TestDirectory _directory = new();
    readonly RegistryHistory _history;
    readonly string _catalog;
    readonly ulong _seed;
    readonly int _nodes;

    /// <param name="catalog"><c>sqlite</c> or the connection string of an empty database.</param>
    /// <param name="nodes">Servers that work at once; more than one needs PostgreSQL.</param>
    public RegistryCrashRun(string catalog, ulong seed, int nodes = 1)
    {
        (_catalog, _seed, _nodes) = (catalog, seed, nodes);
        _history = new RegistryHistory(new RegistryContents(), Repositories, Tags, keepsBlobs: true);
    }

    /// <summary>Changes acknowledged in all cycles.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Uploads that were left by a crash and finished after it.</summary>
    public int Resumed { get; private set; }

    /// <summary>Throws InvalidOperationException with the seed, the cycle and the history when a promise was broken.</summary>
    public async Task RunAsync(int cycles)
    {
        await using (var first = await StartAsync())
        {
            using var caller = new OciCaller(first.BaseAddress);
            foreach (var repository in Repositories)
                await CreateAsync(caller, repository);
        }
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            await WorkAndKillAsync(cycle);
            await InspectAsync(cycle);
        }
        await EmptyAsync();
    }

    async Task WorkAndKillAsync(int cycle)
    {
        var dice = new Dice(_seed + (ulong)cycle * 1000);
        await using var victim = await StartAsync();
        await using var other = _nodes > 1 ? await StartAsync() : null;
        using var life = new CancellationTokenSource();
        var before = new StepCount(10 + dice.Next(150));
        var doomed = Work(victim, cycle, 0, before, life.Token);
        var surviving = other is null ? null : Work(other, cycle, Workers, before, CancellationToken.None);
        await Task.WhenAny(before.Reached, doomed.Ended, surviving?.Ended ?? doomed.Ended).WaitAsync(Patience * 3);
        await victim.Kill9Async();
        await life.CancelAsync();
        await doomed.Ended;
        Fail(cycle, doomed.Workloads.SelectMany(workload => workload.Faults), victim);
        if (!before.Reached.IsCompleted)
            Fail(cycle, ["the server stopped answering before it was killed"], victim);
        if (surviving is not null)
            await OutliveAsync(cycle, surviving, other!);
    }

    WorkerGroup<RegistryWorkload> Work(HoldfastProcess server, int cycle, int firstDice, StepCount steps, CancellationToken ct)
    {
        var caller = new OciCaller(server.BaseAddress);
        var workloads = Enumerable.Range(firstDice + 1, Workers).Select(worker => new RegistryWorkload(
            [caller], _history, new Dice(_seed + (ulong)cycle * 1000 + (ulong)worker), mayBeKilled: true));
        return new WorkerGroup<RegistryWorkload>(
            caller, [.. workloads], (workload, token) => workload.StepAsync(token), steps, ct);
    }

    /// <summary>The node that was not killed goes on, and then ends in peace, so that nothing is in flight when it is looked at.</summary>
    async Task OutliveAsync(int cycle, WorkerGroup<RegistryWorkload> workers, HoldfastProcess server)
    {
        var after = new StepCount(StepsOfSurvivor);
        workers.Count(after);
        await Task.WhenAny(after.Reached, workers.Ended).WaitAsync(Patience * 3);
        workers.Stop();
        await workers.Ended;
        Fail(cycle, workers.Workloads.SelectMany(workload => workload.Faults), server);
        if (!after.Reached.IsCompleted)
            Fail(cycle, ["a node stopped answering when another was killed"], server);
        if (await server.TerminateAsync() is not 0 and var code)
            Fail(cycle, [$"the node that was told to stop ended with {code}"], server);
    }

    async Task InspectAsync(int cycle)
    {
        await using (var server = await StartAsync())
        {
            using var caller = new OciCaller(server.BaseAddress);
            var reader = new RegistryWorkload([caller], _history, new Dice(_seed));
            Acknowledged += _history.Acknowledged;
            await ResumeAsync(cycle, caller, reader, server);
            if (await new RegistryInspection(_history, reader, caller).FindFaultAsync(CancellationToken.None) is { } fault)
                Fail(cycle, [fault], server);
            if (await server.TerminateAsync() is not 0 and var code)
                Fail(cycle, [$"the node that was told to stop ended with {code}"], server);
        }
        await using var catalog = await TestCatalog.OpenAsync(_catalog, _directory.File("data"), CancellationToken.None);
        if ((await CatalogInvariants.ListViolationsAsync(catalog.Catalog, CancellationToken.None)).FirstOrDefault() is { } violation)
            throw new InvalidOperationException($"seed {_seed}, cycle {cycle}: {violation}");
    }

    /// <summary>Every upload has at least what was acknowledged of it and no part of a chunk, and some are finished.</summary>
    async Task ResumeAsync(int cycle, OciCaller caller, RegistryWorkload worker, HoldfastProcess server)
    {
        var dice = new Dice(_seed + (ulong)cycle);
        var looked = 0;
        foreach (var upload in _history.Uploads.Values)
        {
            if (++looked > UploadsLooked)
                break;
            var state = await caller.SendAsync(HttpMethod.Get, upload.Location, CancellationToken.None);
            if (state.Status != HttpStatusCode.NoContent || (state.Received != upload.Acknowledged && state.Received != upload.Sent))
                Fail(cycle, [$"{(int)state.Status}, {state.Received} bytes received, is what remains of {upload}"], server);
            if (dice.Next(4) == 0)
                continue;
            if (await worker.Blobs.FinishAsync(upload, state.Received, CancellationToken.None) != true)
                Fail(cycle, [.. worker.Faults, $"{upload.Location} cannot be finished"], server);
            Resumed++;
        }
    }

    /// <summary>Without manifests and uploads collection leaves no row and no file: nothing was forgotten by any crash.</summary>
    async Task EmptyAsync()
    {
        await using (var server = await StartAsync(("HOLDFAST_UPLOADS_EXPIRY", "1s"), ("HOLDFAST_OCI_UNUSED_BLOB_AGE", "0s")))
        {
            using var caller = new OciCaller(server.BaseAddress);
            foreach (var repository in Repositories)
                await caller.SendAsync(HttpMethod.Delete, $"/api/v1/repositories/{repository.Name}", CancellationToken.None);
            // Over PostgreSQL another node takes over a dead collector's claims only after minutes, which no test waits for.
            if (_catalog != "sqlite")
                return;
            var blobs = new DirectoryInfo(_directory.File("data/blobs"));
            await Eventually.HoldsAsync(
                () => !blobs.EnumerateFiles("*", SearchOption.AllDirectories).Any(),
                $"seed {_seed}: that collection leaves no file of what was deleted");
            await server.TerminateAsync();
        }
        await using var catalog = await TestCatalog.OpenAsync(_catalog, _directory.File("data"), CancellationToken.None);
        if (await CatalogInvariants.ListLeftoversAsync(catalog.Catalog, CancellationToken.None) is { Count: > 0 } left)
            throw new InvalidOperationException($"seed {_seed}: rows stay that nothing refers to: {string.Join(", ", left)}");
    }

    static async Task CreateAsync(OciCaller caller, RegistryRepository repository)
    {
        var path = $"/api/v1/repositories/{repository.Name}";
        await caller.SendAsync(HttpMethod.Put, path, CancellationToken.None);
        var ages = OciCaller.Body("""{"untagged_age": 0, "dangling_age": 0}"""u8.ToArray(), "application/json");
        if (repository.IsTidy)
            await caller.SendAsync(HttpMethod.Patch, path, CancellationToken.None, ages);
    }

    Task<HoldfastProcess> StartAsync(params (string Name, string Value)[] more)
    {
        var variables = new Dictionary<string, string>(S3Caller.Credentials)
        {
            ["HOLDFAST_COLLECTION_GRACE"] = "0s",
            ["HOLDFAST_COLLECTION_INTERVAL"] = "50ms",
            ["HOLDFAST_OCI_SPARSE_INDEXES"] = "false",
            ["HOLDFAST_LOGGING_ACCESS"] = "off",
        };
        foreach (var (name, value) in more)
            variables[name] = value;
        return HoldfastProcess.StartAsync(
            ["--data", _directory.File("data"), "--http", "127.0.0.1:0", "--catalog", _catalog], variables);
    }

    void Fail(int cycle, IEnumerable<string> faults, HoldfastProcess server)
    {
        if (faults.FirstOrDefault() is { } fault)
            throw new InvalidOperationException(
                $"seed {_seed}, cycle {cycle}: {fault}\nthe server said:\n{server.Output}\n{server.Errors}");
    }

    public void Dispose() => _directory.Dispose();
}
