namespace Holdfast.TestKit.Peers;

/// <summary>
/// A Ceph object gateway that keeps everything in memory: one monitor, one store, one gateway, one user, all on loopback.
/// </summary>
public sealed class RadosGateway : IAsyncDisposable
{
    public const string AccessKey = "AK";
    public const string SecretKey = "SKSKSKSK";

    const string Program = "/usr/bin/radosgw";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly string _folder;
    readonly string _cluster = Guid.NewGuid().ToString();
    readonly string _monitor = $"[v2:127.0.0.1:{PeerProcess.FreePort()}]";
    readonly Stack<PeerProcess> _processes = new();

    RadosGateway(string folder, int port) => (_folder, Address) = (folder, new Uri($"http://127.0.0.1:{port}/"));

    public Uri Address { get; }

    /// <summary>The gateway first, then what stands behind it.</summary>
    public IReadOnlyCollection<PeerProcess> Processes => _processes;

    public static bool IsInstalled => File.Exists(Program);

    /// <summary>Takes some ten seconds.</summary>
    public static async Task<RadosGateway> StartAsync(string folder, CancellationToken ct)
    {
        RadosGateway gateway = new(folder, PeerProcess.FreePort());
        try
        {
            await gateway.ConfigureAsync(ct);
            await gateway.StartMonitorAsync(ct);
            await gateway.StartStoreAsync(ct);
            await gateway.StartGatewayAsync(ct);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the gateway before what it stands on.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_processes.TryPop(out var process))
            await process.DisposeAsync();
    }

    string At(string name) => Path.Combine(_folder, name);

    async Task ConfigureAsync(CancellationToken ct)
    {
        foreach (var name in (string[])["mon", "osd", "rgw", "run"])
            Directory.CreateDirectory(At(name));
        await File.WriteAllTextAsync(At("ceph.conf"), Configuration(), ct);
        await AddKeyAsync("mon.", ct, "mon", "allow *");
        await AddKeyAsync("client.admin", ct, "mon", "allow *", "osd", "allow *", "mgr", "allow *");
        await AddKeyAsync("client.rgw.a", ct, "mon", "allow rw", "osd", "allow rwx");
        await AddKeyAsync("osd.0", ct, "mon", "allow profile osd", "osd", "allow *");
    }

    async Task AddKeyAsync(string entity, CancellationToken ct, params string[] capabilities)
    {
        List<string> arguments = [At("keyring"), "--gen-key", "-n", entity];
        if (!File.Exists(At("keyring")))
            arguments.Insert(0, "--create-keyring");
        for (var i = 0; i < capabilities.Length; i += 2)
            arguments.AddRange(["--cap", capabilities[i], capabilities[i + 1]]);
        await PeerProcess.RunAsync("/usr/bin/ceph-authtool", arguments, ct);
    }

    async Task StartMonitorAsync(CancellationToken ct)
    {
        // Left to itself the monitor would take its well-known ports.
        await PeerProcess.RunAsync("/usr/bin/monmaptool", ["--create", "--fsid", _cluster, "--addv", "a", _monitor, At("monmap")], ct);
        await PeerProcess.RunAsync(
            "/usr/bin/ceph-mon", ["-c", At("ceph.conf"), "--mkfs", "-i", "a", "--monmap", At("monmap"), "--keyring", At("keyring")], ct);
        var monitor = Start("/usr/bin/ceph-mon", "-i", "a", "-f");
        await monitor.WaitUntilAsync(async stop => await SucceedsAsync(["quorum_status"], stop), Patience, ct);
    }

    async Task StartStoreAsync(CancellationToken ct)
    {
        var id = Guid.NewGuid().ToString();
        await CephAsync(["osd", "new", id], ct);
        await PeerProcess.RunAsync("/usr/bin/ceph-osd", ["-c", At("ceph.conf"), "-i", "0", "--mkfs", "--osd-uuid", id], ct);
        var store = Start("/usr/bin/ceph-osd", "-i", "0", "-f");
        await store.WaitUntilAsync(
            async stop => (await CephAsync(["osd", "stat"], stop)).Contains("1 up", StringComparison.Ordinal), Patience, ct);
        await CephAsync(["osd", "crush", "add", "osd.0", "1.0", "root=default", "host=localhost"], ct);
    }

    async Task StartGatewayAsync(CancellationToken ct)
    {
        var gateway = Start(Program, "-n", "client.rgw.a", "-f");
        await gateway.WaitUntilAsync(stop => PeerProcess.AnswersAsync(Address, stop), Patience, ct);
        await PeerProcess.RunAsync(
            "/usr/bin/radosgw-admin",
            [
                "-c", At("ceph.conf"), "-n", "client.rgw.a", "user", "create", "--uid=holdfast", "--display-name=holdfast",
                $"--access-key={AccessKey}", $"--secret-key={SecretKey}",
            ],
            ct);
    }

    PeerProcess Start(string program, params string[] arguments)
    {
        var process = PeerProcess.Start(
            program, ["-c", At("ceph.conf"), .. arguments], At(Path.Combine("run", Path.GetFileName(program) + ".out")));
        _processes.Push(process);
        return process;
    }

    Task<string> CephAsync(string[] arguments, CancellationToken ct) =>
        PeerProcess.RunAsync("/usr/bin/ceph", ["-c", At("ceph.conf"), "--connect-timeout", "20", .. arguments], ct);

    async Task<bool> SucceedsAsync(string[] arguments, CancellationToken ct)
    {
        try
        {
            await CephAsync(arguments, ct);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    // Keys are needed (the store refuses to start with authentication off); one copy of everything, since it all goes away with the
    // process.
    string Configuration() => $"""
        [global]
        fsid = {_cluster}
        mon host = {_monitor}
        mon initial members = a
        auth cluster required = cephx
        auth service required = cephx
        auth client required = cephx
        auth allow insecure global id reclaim = false
        keyring = {At("keyring")}
        public addr = 127.0.0.1
        cluster addr = 127.0.0.1
        ms bind ipv6 = false
        run dir = {At("run")}
        admin socket = {At("run")}/$name.asok
        log file = {At("run")}/$name.log
        osd objectstore = memstore
        memstore device bytes = 2147483648
        osd crush chooseleaf type = 0
        osd pool default size = 1
        osd pool default min size = 1
        osd pool default pg num = 1
        osd pool default pgp num = 1
        osd pool default pg autoscale mode = off
        mon allow pool size one = true
        mon warn on pool no redundancy = false
        mon max pg per osd = 1000
        rgw frontends = beast endpoint=127.0.0.1:{Address.Port}
        rgw enable usage log = false
        rgw dns name = localhost
        [mon.a]
        mon data = {At("mon")}
        [osd.0]
        osd data = {At("osd")}
        [client.rgw.a]
        rgw data = {At("rgw")}

        """;
}
