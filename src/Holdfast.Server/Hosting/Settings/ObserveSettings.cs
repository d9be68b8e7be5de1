namespace Holdfast.Server.Hosting.Settings;

/// <summary>The least severe message that is written.</summary>
public enum LogThreshold
{
    Trace,
    Debug,
    Info,
    Warning,
    Error,
    None,
}

/// <summary>How a line of the log looks.</summary>
public enum LogFormat
{
    Json,
    Text,
}

/// <summary>What is written to standard output.</summary>
public sealed record LoggingSettings
{
    [Setting("The least severe message that is written. The access log has its own switch.")]
    public LogThreshold Level { get; init; } = LogThreshold.Info;

    [Setting("One line for each request.")]
    public bool Access { get; init; } = true;

    [Setting("json: one object a line, for machines. text: for people.")]
    public LogFormat Format { get; init; } = LogFormat.Json;
}

/// <summary>How OpenTelemetry data travels.</summary>
public enum OtlpTransport
{
    Grpc,
    Http,
}

/// <summary>OpenTelemetry export of traces and metrics.</summary>
public sealed record TelemetrySettings
{
    [Setting("Where an OpenTelemetry collector listens. Without it nothing is exported and spans cost nothing.",
        Kind = SettingKind.Url, Example = "http://127.0.0.1:4317")]
    public string? OtlpEndpoint { get; init; }

    [Setting("grpc: OTLP over gRPC. http: protobuf over HTTP, where /v1/traces and /v1/metrics are added to the endpoint.")]
    public OtlpTransport OtlpTransport { get; init; } = OtlpTransport.Grpc;

    [Setting("The name this server reports itself under.", Min = 1, Max = 255)]
    public string ServiceName { get; init; } = "holdfastd";

    [Setting("The share of requests that are traced when the caller did not decide.", Min = 0, Max = 1)]
    public double SampleRatio { get; init; } = 1;

    [Setting("How often metrics are exported.", Min = 1, Max = 3600)]
    public TimeSpan MetricsInterval { get; init; } = TimeSpan.FromSeconds(30);
}
