using Holdfast.Protocol.Errors;

namespace Holdfast.Server.Hosting.Health;

/// <summary>Runs the probes; callers that come while they run share the outcome, so that asking often costs little. Thread safe.</summary>
sealed class HealthChecks(IEnumerable<HealthProbe> probes, IHostApplicationLifetime life, TimeProvider clock)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    readonly HealthProbe[] _probes = [.. probes];
    readonly Lock _gate = new();
    Task<HealthReport>? _running;

    /// <summary>Whether this server should be sent requests.</summary>
    public Task<HealthReport> CheckReadyAsync()
    {
        if (life.ApplicationStopping.IsCancellationRequested)
            return Task.FromResult(new HealthReport([new HealthFinding("server", "the server is stopping")]));
        lock (_gate)
        {
            if (_running is null or { IsCompleted: true })
                _running = RunAsync();
            return _running;
        }
    }

    async Task<HealthReport> RunAsync()
    {
        var findings = new Task<HealthFinding>[_probes.Length];
        for (var i = 0; i < findings.Length; i++)
            findings[i] = RunAsync(_probes[i]);
        return new HealthReport(await Task.WhenAll(findings));
    }

    async Task<HealthFinding> RunAsync(HealthProbe probe)
    {
        using var limit = new CancellationTokenSource(Patience, clock);
        try
        {
            var message = await probe.CheckAsync(limit.Token).AsTask().WaitAsync(limit.Token);
            return new HealthFinding(probe.Name, message);
        }
        catch (OperationCanceledException)
        {
            return new HealthFinding(probe.Name, $"no answer within {Patience.TotalSeconds} s");
        }
        catch (StoreException refusal)
        {
            return new HealthFinding(probe.Name, refusal.Message);
        }
        catch (Exception)
        {
            return new HealthFinding(probe.Name, "the check failed");
        }
    }
}

/// <summary>What the probes found.</summary>
sealed record HealthReport(IReadOnlyList<HealthFinding> Findings)
{
    public bool IsReady { get; } = Findings.All(finding => finding.Problem is null);
}

/// <summary>What one probe found; no <paramref name="Problem"/>: all is well.</summary>
sealed record HealthFinding(string Name, string? Problem);
