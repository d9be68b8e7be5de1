using Holdfast.Server.Hosting.Listeners;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>Everything that can be set, with its default. Immutable; read by <see cref="SettingsLoader"/>.</summary>
public sealed record HoldfastSettings
{
    [Setting("Directory that holds everything this node keeps on disk. Created when missing; one process at a time may use it.", Min = 1)]
    public string Data { get; init; } = "data";

    [Setting("Where S3, the admin API, health and metrics are served: HTTP/1.1, and HTTP/2 too when TLS is on. Port 0 takes a free one.")]
    public ListenAddress Http { get; init; } = ListenAddress.Parse("127.0.0.1:8080");

    [Setting("Where gRPC is served (HTTP/2 with prior knowledge). Opened only while doors.cas is on.")]
    public ListenAddress Grpc { get; init; } = ListenAddress.Parse("127.0.0.1:8081");

    [SettingGroup("Transport encryption of both listeners. Files are read again when they change.")]
    public TlsSettings Tls { get; init; } = new();

    [Setting("Where the catalog lives: sqlite (embedded, in the data directory) or a PostgreSQL connection string or postgres:// URL.",
        Kind = SettingKind.Catalog, Secret = true, Example = "postgres://holdfast@db.example.com/holdfast")]
    public string Catalog { get; init; } = "sqlite";

    [SettingGroup("Root credentials. Without them a pair is generated at the first start and kept in DATA/root-credentials.")]
    public RootSettings Root { get; init; } = new();

    [Setting("More users, each with a key pair, owning what they create.", Kind = SettingKind.Entries)]
    public IReadOnlyList<UserSettings> Users { get; init; } = [];

    [SettingGroup("The protocols served. A door that is off answers 404 and costs nothing.")]
    public DoorSettings Doors { get; init; } = new();

    [SettingGroup("The S3 door.")]
    public S3Settings S3 { get; init; } = new();

    [SettingGroup("The OCI door.")]
    public OciSettings Oci { get; init; } = new();

    [SettingGroup("Rules of repositories that remove tags.")]
    public RetentionSettings Retention { get; init; } = new();

    [SettingGroup("Collection of blobs that nothing refers to.")]
    public CollectionSettings Collection { get; init; } = new();

    [SettingGroup("Unfinished uploads.")]
    public UploadSettings Uploads { get; init; } = new();

    [SettingGroup("Background re-hashing of stored blobs.")]
    public ScrubSettings Scrub { get; init; } = new();

    [SettingGroup("What is written to standard output.")]
    public LoggingSettings Logging { get; init; } = new();

    [SettingGroup("The Prometheus endpoint.")]
    public MetricsSettings Metrics { get; init; } = new();

    [SettingGroup("OpenTelemetry export of traces and metrics.")]
    public TelemetrySettings Telemetry { get; init; } = new();

    [SettingGroup("Bounds on connections and on silence.")]
    public LimitSettings Limits { get; init; } = new();

    [Setting("Reverse proxies, as addresses or networks, whose X-Forwarded-For names the caller in the access log, and whose "
        + "X-Forwarded-Proto and X-Forwarded-Host name the address that clients use.",
        Kind = SettingKind.Network, Example = "10.0.0.0/8")]
    public IReadOnlyList<string> Proxies { get; init; } = [];
}
