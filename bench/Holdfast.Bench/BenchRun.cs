using Holdfast.Bench.Results;
using Holdfast.Bench.Scenarios;
using Holdfast.Bench.Subjects;
using Holdfast.TestKit.Peers;

namespace Holdfast.Bench;

/// <summary>
/// Measures the rows wanted, one after the other, and writes the report after each, so that an interrupted run keeps what it has.
/// </summary>
public sealed class BenchRun(BenchOptions options, Report report)
{
    public BenchOptions Options => options;

    /// <summary>Ends with 1 when a row could not be measured. A missed target is a result and no failure.</summary>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var failures = 0;
        foreach (var scenario in Catalogue.All.Where(
            row => options.Rows.Count == 0 || options.Rows.Contains(row.Name, StringComparer.Ordinal)))
        {
            Say($"== {scenario.Name}: {scenario.Work}");
            Clear();
            try
            {
                var row = new Row(scenario.Name, scenario.Work);
                await scenario.MeasureAsync(this, row, ct);
                report.Write(row);
                Console.Write(Markdown.Claims([row]));
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                failures++;
                Say($"{scenario.Name} could not be measured: {problem.Message}");
            }
        }

        Clear();
        if (!options.Keep)
            Directory.Delete(options.Shared, recursive: true);
        Say($"results: {report.Path}");
        return failures == 0 ? 0 : 1;
    }

    /// <summary>Starts the server under test on a folder of its own, or on <paramref name="data"/>.</summary>
    public Task<Subject> StartHoldfastAsync(CancellationToken ct, string? data = null) =>
        Record(HoldfastSubject.StartAsync(options.Server, Folder("holdfast"), data, ct));

    /// <summary>Starts the server under test and the peers among those named that are wanted and installed.</summary>
    public async Task<SubjectGroup> StartAsync(CancellationToken ct, params string[] peers)
    {
        SubjectGroup group = new();
        try
        {
            if (options.Wants("holdfast"))
                group.Add(await StartHoldfastAsync(ct));
            if (peers.Contains("nginx", StringComparer.Ordinal) && options.Wants("nginx") && NginxServer.IsInstalled)
                group.Add(await Record(PeerSubjects.StartNginxAsync(Folder("nginx"), ct)));
            if (peers.Contains("rados", StringComparer.Ordinal) && options.Wants("rados") && RadosGateway.IsInstalled)
                group.Add(await Record(PeerSubjects.StartRadosAsync(Folder("rados"), ct)));
            if (peers.Contains("docker-registry", StringComparer.Ordinal) && options.Wants("docker-registry") && DockerRegistry.IsInstalled)
                group.Add(await Record(PeerSubjects.StartRegistryAsync(ct)));
            return group;
        }
        catch
        {
            await group.DisposeAsync();
            throw;
        }
    }

    /// <summary>A new empty folder on the disk to be measured.</summary>
    public string Folder(string name)
    {
        var path = Path.Combine(options.Work, name + "-" + Guid.NewGuid().ToString("N")[..8]);
        return Directory.CreateDirectory(path).FullName;
    }

    public static void Say(string line) => Console.WriteLine(line);

    async Task<Subject> Record(Task<Subject> starting)
    {
        var subject = await starting;
        report.Servers[subject.Name] = new(subject.Version, subject.CommandLine.Replace(options.Root + "/", "", StringComparison.Ordinal));
        return subject;
    }

    void Clear()
    {
        if (Directory.Exists(options.Work))
            Directory.Delete(options.Work, recursive: true);
        Directory.CreateDirectory(options.Work);
        Directory.CreateDirectory(options.Shared);
    }
}
