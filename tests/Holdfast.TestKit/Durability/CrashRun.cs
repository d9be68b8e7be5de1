using System.Globalization;
using System.Xml.Linq;
using Holdfast.TestKit.Server;

namespace Holdfast.TestKit.Durability;

/// <summary>
/// Kills a real server (SIGKILL) again and again while workers write to a handful of keys, starts it again on the same directory, and
/// proves
/// from what was answered that nothing acknowledged was lost, nothing else is visible, and every condition was judged exactly.
/// </summary>
public sealed class CrashRun : IDisposable
{
    const int Workers = 6;
    const int Keys = 10;
    const string Bucket = "crash";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly TestDirectory _directory = new();
    readonly KnownContents _contents = new();
    readonly Dictionary<string, KeyState> _states = [];
    readonly string _catalog;
    readonly ulong _seed;

    /// <param name="catalog"><c>sqlite</c> or the connection string of an empty database.</param>
    public CrashRun(string catalog, ulong seed)
    {
        (_catalog, _seed) = (catalog, seed);
        for (var i = 0; i < Keys; i++)
            _states[$"key-{i}"] = KeyState.Absent;
    }

    /// <summary>Writes acknowledged in all cycles.</summary>
    public int Acknowledged { get; private set; }

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
        await using var server = await StartAsync();
        using var caller = new S3Caller(server.BaseAddress);
        if (cycle == 0)
            await caller.PutAsync($"/{Bucket}", [], CancellationToken.None);
        using var life = new CancellationTokenSource();
        var dice = new Dice(_seed + (ulong)cycle * 1000);
        var steps = new StepCount(20 + dice.Next(400));
        var workloads = Enumerable.Range(1, Workers)
            .Select(worker => new KeyWorkload(caller, Bucket, histories, _contents, new Dice(_seed + (ulong)cycle * 1000 + (ulong)worker))).ToList();
        var workers = workloads.Select(workload => WorkAsync(workload, steps, life.Token)).ToList();
        await Task.WhenAny(steps.Reached, Task.WhenAll(workers)).WaitAsync(Patience * 3);
        await server.Kill9Async();
        await life.CancelAsync();
        await Task.WhenAll(workers);
        Fail(cycle, workloads.SelectMany(workload => workload.Faults), server);
        if (!steps.Reached.IsCompleted)
            Fail(cycle, ["the server stopped answering before it was killed"], server);
    }

    static async Task WorkAsync(KeyWorkload workload, StepCount steps, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested && await workload.StepAsync(ct))
            steps.Add();
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
        if (_catalog == "sqlite")
            await UntilAsync(() => Leftovers("tmp").Count == 0, () => $"temporary files stay: {string.Join(", ", Leftovers("tmp"))}");
    }

    /// <summary>Without objects and uploads, collection leaves no file: nothing was forgotten on the disk by any crash.</summary>
    async Task EmptyAsync()
    {
        await using var server = await StartAsync(("HOLDFAST_UPLOADS_EXPIRY", "1s"));
        using var caller = new S3Caller(server.BaseAddress);
        foreach (var key in _states.Keys)
            await caller.DeleteAsync($"/{Bucket}/{key}", CancellationToken.None);
        // Over PostgreSQL another node takes over a dead collector's claims only after minutes, which no test waits for.
        if (_catalog != "sqlite")
            return;
        await UntilAsync(
            () => Leftovers("blobs").Count == 0,
            () => $"seed {_seed}: blobs stay that nothing refers to: {string.Join(", ", Leftovers("blobs"))}");
    }

    Task<HoldfastProcess> StartAsync(params (string Name, string Value)[] more)
    {
        var variables = new Dictionary<string, string>(S3Caller.Credentials)
        {
            ["HOLDFAST_COLLECTION_GRACE"] = "0s",
            ["HOLDFAST_COLLECTION_INTERVAL"] = "50ms",
            ["HOLDFAST_LOGGING_ACCESS"] = "off",
        };
        foreach (var (name, value) in more)
            variables[name] = value;
        return HoldfastProcess.StartAsync(["--data", _directory.File("data"), "--http", "127.0.0.1:0", "--catalog", _catalog], variables);
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
            throw new InvalidOperationException($"seed {_seed}, cycle {cycle}: {fault}\nthe server said:\n{server.Output}\n{server.Errors}");
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>Counts steps and tells when there were enough.</summary>
    sealed class StepCount(int enough)
    {
        readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int _steps;

        public Task Reached => _reached.Task;

        public void Add()
        {
            if (Interlocked.Increment(ref _steps) == enough)
                _reached.TrySetResult();
        }
    }
}
