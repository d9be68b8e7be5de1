using System.Globalization;
using System.Xml.Linq;
using Holdfast.TestKit.Server;

namespace Holdfast.TestKit.Durability;

/// <summary>
/// Kills a real server (SIGKILL) again and again while workers write to a handful of keys, starts it again on the same directory, and
/// proves from what was answered that nothing acknowledged was lost, nothing else is visible, and every condition was judged exactly.
/// With two nodes one is killed, in turns, and the other must go on. On a faulty disk writing, syncing and renaming fail now and then.
/// </summary>
public sealed class CrashRun : IDisposable
{
    const int Workers = 6;
    const int Keys = 10;
    const int StepsOfSurvivor = 60;
    const string Bucket = "crash";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly TestDirectory _directory = new();
    readonly KnownContents _contents = new();
    readonly Dictionary<string, KeyState> _states = [];
    readonly string _catalog;
    readonly ulong _seed;
    readonly int _nodes;
    readonly bool _isVersioned;
    readonly bool _isDiskFaulty;

    /// <param name="catalog"><c>sqlite</c> or the connection string of an empty database.</param>
    /// <param name="nodes">Servers that work at once; more than one needs PostgreSQL.</param>
    /// <param name="isVersioned">Whether the bucket keeps all versions; then none that was acknowledged may be missing.</param>
    /// <param name="isDiskFaulty">Whether system calls of the server fail; then 503 is an answer that says nothing of the outcome.</param>
    public CrashRun(string catalog, ulong seed, int nodes = 1, bool isVersioned = false, bool isDiskFaulty = false)
    {
        (_catalog, _seed, _nodes, _isVersioned, _isDiskFaulty) = (catalog, seed, nodes, isVersioned, isDiskFaulty);
        for (var i = 0; i < Keys; i++)
            _states[$"key-{i}"] = KeyState.Absent;
    }

    /// <summary>Writes acknowledged in all cycles.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Requests answered with 503 in all cycles.</summary>
    public int Refused { get; private set; }

    /// <summary>Throws InvalidOperationException with the seed, the cycle and the history when a promise was broken.</summary>
    public async Task RunAsync(int cycles)
    {
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            var histories = _states.Keys.ToDictionary(key => key, key => new KeyHistory(key));
            await WorkAndKillAsync(cycle, histories);
            await InspectAsync(cycle, histories);
        }

        await EmptyAsync();
    }

    async Task WorkAndKillAsync(int cycle, Dictionary<string, KeyHistory> histories)
    {
        if (cycle == 0)
            await MakeBucketAsync();
        var dice = new Dice(_seed + (ulong)cycle * 1000);
        await using var victim = _isDiskFaulty ? await StartFaultyAsync(dice) : await StartAsync();
        await using var other = _nodes > 1 ? await StartAsync() : null;
        using var life = new CancellationTokenSource();
        var before = new StepCount(20 + dice.Next(400));
        var doomed = Work(victim, cycle, 0, histories, before, life.Token);
        var surviving = other is null ? null : Work(other, cycle, Workers, histories, before, CancellationToken.None);
        await Task.WhenAny(before.Reached, doomed.Ended, surviving?.Ended ?? doomed.Ended).WaitAsync(Patience * 3);
        await victim.Kill9Async();
        await life.CancelAsync();
        await doomed.Ended;
        Refused += doomed.Workloads.Sum(workload => workload.Refused);
        Fail(cycle, doomed.Workloads.SelectMany(workload => workload.Faults), victim);
        if (!before.Reached.IsCompleted)
            Fail(cycle, ["the server stopped answering before it was killed"], victim);
        if (surviving is not null)
            await OutliveAsync(cycle, surviving, other!);
    }

    async Task MakeBucketAsync()
    {
        await using var server = await StartAsync();
        using var caller = new S3Caller(server.BaseAddress);
        await caller.PutAsync($"/{Bucket}", [], CancellationToken.None);
        if (!_isVersioned)
            return;
        await caller.SendAsync(
            HttpMethod.Put, $"/{Bucket}", CancellationToken.None, "versioning",
            body: new StringContent("<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"));
    }

    WorkerGroup<KeyWorkload> Work(
        HoldfastProcess server, int cycle, int firstDice, Dictionary<string, KeyHistory> histories, StepCount steps, CancellationToken ct)
    {
        var caller = new S3Caller(server.BaseAddress);
        var workloads = Enumerable.Range(firstDice + 1, Workers)
            .Select(worker => new KeyWorkload(caller, Bucket, histories, _contents, new Dice(_seed + (ulong)cycle * 1000 + (ulong)worker))
            {
                MayBeRefused = _isDiskFaulty,
            });
        return new WorkerGroup<KeyWorkload>(caller, [.. workloads], (workload, token) => workload.StepAsync(token), steps, ct);
    }

    /// <summary>The node that was not killed goes on, and then ends in peace, so that nothing is in flight when it is looked at.</summary>
    async Task OutliveAsync(int cycle, WorkerGroup<KeyWorkload> workers, HoldfastProcess server)
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

    /// <summary>
    /// Reads everything after the restart and looks for an order of all requests that explains it. What crashed writes left under
    /// <c>tmp/</c> is swept at
    /// the start of the one node of an embedded catalog; over PostgreSQL every start is a new node, and the old one's is swept after a day.
    /// </summary>
    async Task InspectAsync(int cycle, Dictionary<string, KeyHistory> histories)
    {
        await using var server = await StartAsync();
        using var caller = new S3Caller(server.BaseAddress);
        var listed = await ListAsync(caller);
        var reader = new KeyWorkload(caller, Bucket, histories, _contents, new Dice(_seed));
        foreach (var (key, history) in histories)
        {
            if (!await reader.GetAsync(key, CancellationToken.None))
                Fail(cycle, [$"GET {key} was not answered after the restart"], server);
            var entry = history.Begin();
            var found = listed.TryGetValue(key, out var row) ? new KeyState(row.ETag) : KeyState.Absent;
            entry.End(new KeyOperation("LIST", found, null, KeyOutcome.Done));
            Acknowledged += history.Acknowledged;
            if (history.FindContradiction(_states[key]) is { } contradiction)
                Fail(cycle, [contradiction], server);
            if (found.ETag is { } etag && row.Size != _contents.SizeOf(etag))
                Fail(cycle, [$"{key} is listed with {row.Size} bytes and has {_contents.SizeOf(etag)}"], server);
            _states[key] = found;
        }

        if (listed.Keys.Except(histories.Keys).FirstOrDefault() is { } stranger)
            Fail(cycle, [$"{stranger} is listed and was never written"], server);
        Fail(cycle, reader.Faults, server);
        if (_isVersioned && await CountVersionsAsync(caller) is var kept && kept < Acknowledged)
            Fail(cycle, [$"{Acknowledged} writes were acknowledged, each a version, but {kept} versions are there"], server);
        if (_catalog == "sqlite")
            await UntilAsync(() => Leftovers("tmp").Count == 0, () => $"temporary files stay: {string.Join(", ", Leftovers("tmp"))}");
    }

    /// <summary>Without objects and uploads, collection leaves no file: nothing was forgotten on the disk by any crash.</summary>
    async Task EmptyAsync()
    {
        await using var server = await StartAsync(("HOLDFAST_UPLOADS_EXPIRY", "1s"));
        using var caller = new S3Caller(server.BaseAddress);
        await EmptyBucketAsync(caller);
        // Over PostgreSQL another node takes over a dead collector's claims only after minutes, which no test waits for.
        if (_catalog != "sqlite")
            return;
        await UntilAsync(
            () => Leftovers("blobs").Count == 0,
            () => $"seed {_seed}: blobs stay that nothing refers to: {string.Join(", ", Leftovers("blobs"))}");
    }

    async Task EmptyBucketAsync(S3Caller caller)
    {
        if (!_isVersioned)
        {
            foreach (var key in _states.Keys)
                await caller.DeleteAsync($"/{Bucket}/{key}", CancellationToken.None);
            return;
        }

        foreach (var version in await ListVersionsAsync(caller))
        {
            var id = Uri.EscapeDataString(Value(version, "VersionId"));
            await caller.SendAsync(HttpMethod.Delete, $"/{Bucket}/{Value(version, "Key")}", CancellationToken.None, $"versionId={id}");
        }
    }

    static async Task<int> CountVersionsAsync(S3Caller caller) => (await ListVersionsAsync(caller)).Count;

    static async Task<List<XElement>> ListVersionsAsync(S3Caller caller)
    {
        var (versions, from) = (new List<XElement>(), "");
        while (true)
        {
            var page = XDocument.Parse((await caller.GetAsync($"/{Bucket}", CancellationToken.None, $"{from}versions")).Text).Root!;
            versions.AddRange(page.Elements().Where(element => element.Name.LocalName is "Version" or "DeleteMarker"));
            if (Value(page, "IsTruncated") != "true")
                return versions;
            from = $"key-marker={Uri.EscapeDataString(Value(page, "NextKeyMarker"))}"
                + $"&version-id-marker={Uri.EscapeDataString(Value(page, "NextVersionIdMarker"))}&";
        }
    }

    Task<HoldfastProcess> StartAsync(params (string Name, string Value)[] more) =>
        HoldfastProcess.StartAsync(Arguments, Variables(more));

    /// <summary>
    /// A server that meets a handful of failing calls in a cycle, none while it starts. The catalog's writer is one thread, whose calls
    /// come to the numbers here; so do those of the first of the threads that write files.
    /// </summary>
    Task<HoldfastProcess> StartFaultyAsync(Dice dice)
    {
        var error = dice.Next(2) == 0 ? "EIO" : "ENOSPC";
        string[] faults =
        [
            $"pwrite64:error={error}:when={500 + dice.Next(300)}+{700 + dice.Next(300)}",
            $"pwritev:error={error}:when={3 + dice.Next(5)}+{7 + dice.Next(9)}",
            $"fdatasync,fsync:error={error}:when={50 + dice.Next(30)}+{50 + dice.Next(30)}",
            $"rename:error={error}:when={2 + dice.Next(5)}+{5 + dice.Next(9)}",
        ];
        return HoldfastProcess.StartFaultyAsync(faults, Arguments, Variables());
    }

    string[] Arguments => ["--data", _directory.File("data"), "--http", "127.0.0.1:0", "--catalog", _catalog];

    static Dictionary<string, string> Variables(params (string Name, string Value)[] more)
    {
        var variables = new Dictionary<string, string>(S3Caller.Credentials)
        {
            ["HOLDFAST_COLLECTION_GRACE"] = "0s",
            ["HOLDFAST_COLLECTION_INTERVAL"] = "50ms",
            ["HOLDFAST_LOGGING_ACCESS"] = "off",
        };
        foreach (var (name, value) in more)
            variables[name] = value;
        return variables;
    }

    static async Task<Dictionary<string, (string ETag, long Size)>> ListAsync(S3Caller caller)
    {
        var reply = await caller.GetAsync($"/{Bucket}", CancellationToken.None, "list-type=2");
        return XDocument.Parse(reply.Text).Descendants().Where(element => element.Name.LocalName == "Contents").ToDictionary(
            row => Value(row, "Key"),
            row => (Value(row, "ETag").Trim('"'), long.Parse(Value(row, "Size"), CultureInfo.InvariantCulture)));
    }

    static string Value(XElement row, string name) => row.Elements().First(element => element.Name.LocalName == name).Value;

    List<string> Leftovers(string part)
    {
        var directory = new DirectoryInfo(_directory.File($"data/{part}"));
        try
        {
            return directory.Exists ? [.. directory.EnumerateFiles("*", SearchOption.AllDirectories).Select(file => file.Name)] : [];
        }
        catch (DirectoryNotFoundException)
        {
            return ["(changing)"];
        }
    }

    static async Task UntilAsync(Func<bool> holds, Func<string> otherwise)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!holds())
        {
            if (limit.IsCancellationRequested)
                throw new InvalidOperationException(otherwise());
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    void Fail(int cycle, IEnumerable<string> faults, HoldfastProcess server)
    {
        if (faults.FirstOrDefault() is { } fault)
            throw new InvalidOperationException(
                $"seed {_seed}, cycle {cycle}: {fault}\nthe server said:\n{server.Output}\n{server.Errors}");
    }

    public void Dispose() => _directory.Dispose();
}
