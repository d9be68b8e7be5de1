using Holdfast.Server.Hosting.Listeners;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>The certificate of the listeners; both files or neither.</summary>
public sealed record TlsSettings
{
    [Setting("PEM file with the certificate, followed by its intermediates. Turns TLS on, together with tls.key.",
        Example = "/etc/holdfast/tls.crt")]
    public string? Cert { get; init; }

    [Setting("PEM file with the certificate's unencrypted private key.", Example = "/etc/holdfast/tls.key")]
    public string? Key { get; init; }
}

/// <summary>Bounds on connections and on silence.</summary>
public sealed record LimitSettings
{
    [Setting("Open connections at a time; more are closed at once. 0: no bound.", Min = 0)]
    public long MaxConnections { get; init; }

    [Setting("How long a connection without a request is kept.", Min = 1, Max = 86400)]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMinutes(3);

    [Setting("How long a client may take to send the headers of a request.", Min = 1, Max = 3600)]
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(30);

    [Setting("How long a transfer may stand still, in either direction, before it is given up.", Min = 2, Max = 86400)]
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(1);

    [Setting("How long requests in flight are waited for when the server is told to stop.", Min = 0, Max = 9)]
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(8);
}

/// <summary>The Prometheus endpoint.</summary>
public sealed record MetricsSettings
{
    [Setting("A listener of its own for /metrics, without credentials. Without it /metrics is on the http listener, for root and loopback.",
        Example = "127.0.0.1:9090")]
    public ListenAddress? Listen { get; init; }
}
