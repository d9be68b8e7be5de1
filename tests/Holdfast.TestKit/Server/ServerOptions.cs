using Holdfast.Server.Hosting.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.TestKit.Server;

/// <summary>What a test wants of its server.</summary>
public sealed record ServerOptions
{
    /// <summary><c>sqlite</c> or a PostgreSQL connection string.</summary>
    public string Catalog { get; init; } = "sqlite";

    /// <summary>Serves HTTPS with a certificate of its own.</summary>
    public bool Tls { get; init; }

    /// <summary>A directory to keep, for a server that is started again on it; null: a temporary one.</summary>
    public string? Data { get; init; }

    /// <summary>Last word on the settings.</summary>
    public Func<HoldfastSettings, HoldfastSettings> Settings { get; init; } = settings => settings;

    /// <summary>Last word on the registrations.</summary>
    public Action<IServiceCollection>? Services { get; init; }

    /// <summary>More endpoints.</summary>
    public Action<WebApplication>? Map { get; init; }
}
