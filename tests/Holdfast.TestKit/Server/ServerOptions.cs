using Holdfast.Server.Hosting.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.TestKit.Server;

/// <summary>What a test wants of its server.</summary>
public sealed record ServerOptions
{
    /// <summary>
    /// <c>sqlite</c> or a PostgreSQL connection string. Null: as <c>HOLDFAST_TEST_CATALOG</c> says, <c>sqlite</c> or <c>postgresql</c> (a
    /// new
    /// database on the server that the tests of this process share).
    /// </summary>
    public string? Catalog { get; init; }

    /// <summary>
    /// Serves HTTPS with a certificate of its own. By default as <c>HOLDFAST_TEST_SCHEME</c> says: <c>http</c> or <c>https</c>.
    /// </summary>
    public bool Tls { get; init; } = Environment.GetEnvironmentVariable("HOLDFAST_TEST_SCHEME") == "https";

    /// <summary>A directory to keep, for a server that is started again on it; null: a temporary one.</summary>
    public string? Data { get; init; }

    /// <summary>Serves neither S3 nor registries nor the admin API, so that a test can map endpoints of its own there.</summary>
    public bool HostOnly { get; init; }

    /// <summary>Takes the lines of the log, the access log included; null: nothing is logged.</summary>
    public LogCapture? Log { get; init; }

    /// <summary>Last word on the settings.</summary>
    public Func<HoldfastSettings, HoldfastSettings> Settings { get; init; } = settings => settings;

    /// <summary>Last word on the registrations.</summary>
    public Action<IServiceCollection>? Services { get; init; }

    /// <summary>More endpoints.</summary>
    public Action<WebApplication>? Map { get; init; }
}
