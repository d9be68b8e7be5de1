using System.Net;
using System.Text;
using Holdfast.Server.Hosting.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Holdfast.Server.Hosting.Listeners;

/// <summary>Kestrel as this server needs it. The numbers are stated here and nowhere else.</summary>
static class KestrelSetup
{
    /// <summary>Room for a key of 1,024 bytes, each sent as three characters, beside a presigned query.</summary>
    const int MaxRequestLineBytes = 32 * 1024;

    const int MaxHeaderBytes = 32 * 1024;
    const int MaxHeaders = 200;

    public static void Apply(KestrelServerOptions options, HoldfastSettings settings)
    {
        options.AddServerHeader = false;
        options.AllowSynchronousIO = false;
        // S3 metadata may be raw UTF-8 or Latin-1: one character for each byte keeps either as it came (specs: s3, rule 20).
        options.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        options.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        var limits = options.Limits;
        limits.MaxRequestBodySize = null;
        limits.MaxRequestLineSize = MaxRequestLineBytes;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.MaxRequestHeaderCount = MaxHeaders;
        limits.MaxConcurrentConnections = settings.Limits.MaxConnections == 0 ? null : settings.Limits.MaxConnections;
        limits.KeepAliveTimeout = settings.Limits.KeepAlive;
        limits.RequestHeadersTimeout = settings.Limits.HeaderTimeout;
        // An average rate would cut slow but live clients and miss one that stops late: StallWatch bounds the silence instead.
        limits.MinRequestBodyDataRate = null;
        // For answers each write has this much time: the grace, or more for a large one.
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: settings.Limits.StallTimeout);
        limits.Http2.MaxStreamsPerConnection = 256;
        limits.Http2.InitialConnectionWindowSize = 4 << 20;
        limits.Http2.InitialStreamWindowSize = 1 << 20;
        limits.Http2.MaxRequestHeaderFieldSize = MaxHeaderBytes;
    }

    public static void Listen(KestrelServerOptions options, HoldfastSettings settings, BoundListeners bound, TlsCertificate? certificate)
    {
        Open(settings.Http, Configure("http", settings.Http, HttpProtocols.Http1, certificate));
        if (settings.Doors.Cas)
            Open(settings.Grpc, Configure("grpc", settings.Grpc, HttpProtocols.Http2, certificate));
        if (settings.Metrics.Listen is { } metrics)
            Open(metrics, MetricsListener.Use + Configure("metrics", metrics, HttpProtocols.Http1, null));

        Action<ListenOptions> Configure(string purpose, ListenAddress address, HttpProtocols cleartext, TlsCertificate? certificate) =>
            listener =>
        {
            listener.Protocols = certificate is null ? cleartext : HttpProtocols.Http1AndHttp2;
            certificate?.Use(listener);
            bound.Add(purpose, address, certificate is null ? "http" : "https", listener);
        };

        void Open(ListenAddress address, Action<ListenOptions> configure)
        {
            if (address.IsAny)
                options.ListenAnyIP(address.Port, configure);
            else if (address.IsLocalhost && address.Port != 0)
                options.ListenLocalhost(address.Port, configure);
            else
                options.Listen(address.IsLocalhost ? IPAddress.Loopback : IPAddress.Parse(address.Host), address.Port, configure);
        }
    }
}
