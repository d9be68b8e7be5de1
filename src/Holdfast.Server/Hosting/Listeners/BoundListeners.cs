using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Holdfast.Server.Hosting.Listeners;

/// <summary>The listeners of this server; their real ports are known once it has started.</summary>
public sealed class BoundListeners
{
    readonly List<(string Purpose, ListenAddress Asked, string Scheme, ListenOptions Options)> _listeners = [];

    /// <summary>Where S3, the admin API, health and metrics are served.</summary>
    public Uri Http => Url("http");

    /// <summary>Where gRPC is served; throws while doors.cas is off.</summary>
    public Uri Grpc => Url("grpc");

    /// <summary>Where /metrics alone is served; throws when it has no listener of its own.</summary>
    public Uri Metrics => Url("metrics");

    internal void Add(string purpose, ListenAddress asked, string scheme, ListenOptions options) =>
        _listeners.Add((purpose, asked, scheme, options));

    internal IEnumerable<string> Describe()
    {
        foreach (var listener in _listeners)
        {
            // An address that stands for all is none that can be opened.
            var bound = new UriBuilder(Url(listener.Purpose));
            if (listener.Asked.StandsForAll)
                bound.Host = "localhost";
            var url = bound.Uri.GetLeftPart(UriPartial.Authority);
            yield return listener.Purpose == "http" ? url : $"{url} ({listener.Purpose})";
        }
    }

    Uri Url(string purpose)
    {
        var (_, asked, scheme, options) = _listeners.Find(listener => listener.Purpose == purpose);
        if (options is null)
            throw new InvalidOperationException($"there is no listener for {purpose}");
        var host = asked.IsAny ? "0.0.0.0" : asked.IsLocalhost ? "localhost" : asked.Host;
        var port = (options.EndPoint as IPEndPoint)?.Port ?? asked.Port;
        return new UriBuilder(scheme, host, port == 0 ? asked.Port : port).Uri;
    }
}
