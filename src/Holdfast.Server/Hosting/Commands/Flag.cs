namespace Holdfast.Server.Hosting.Commands;

/// <summary>One flag.</summary>
/// <param name="Setting">The path of the setting it gives; null: it is no setting.</param>
sealed record Flag(string Name, string Value, string Summary, string? Setting = null)
{
    public static readonly IReadOnlyList<Flag> All =
    [
        new("config", "FILE", "settings file, YAML or JSON"),
        new("data", "DIR", "directory for everything kept on disk", "data"),
        new("http", "ADDR:PORT", "where S3, the admin API, health and metrics are served", "http"),
        new("grpc", "ADDR:PORT", "where gRPC is served", "grpc"),
        new("tls-cert", "FILE", "certificate of both, PEM", "tls.cert"),
        new("tls-key", "FILE", "its private key, PEM", "tls.key"),
        new("catalog", "ADDRESS", "sqlite, a PostgreSQL connection string or a postgres:// URL", "catalog"),
        new("output", "FORMAT", "text or json, for what is printed (-o); of config show yaml or json"),
    ];
}
