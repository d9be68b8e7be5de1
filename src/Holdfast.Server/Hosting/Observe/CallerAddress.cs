using System.Net;

namespace Holdfast.Server.Hosting.Observe;

/// <summary>Who a request comes from: the peer, or whom a trusted proxy names. Thread safe.</summary>
/// <param name="proxies">Addresses and networks of proxies that are believed.</param>
sealed class CallerAddress(IReadOnlyList<string> proxies)
{
    const string ForwardedFor = "X-Forwarded-For";

    readonly TrustedProxies _proxies = new(proxies);

    public IPAddress? Of(HttpContext context)
    {
        var peer = TrustedProxies.Plain(context.Connection.RemoteIpAddress);
        if (peer is null || !_proxies.Contains(peer))
            return peer;
        // Each proxy adds its peer at the end: the last that is no proxy of ours is the caller, all before it is hearsay.
        var chain = context.Request.Headers[ForwardedFor].ToString().Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = chain.Length - 1; i >= 0 && IPAddress.TryParse(chain[i], out var hop); i--)
        {
            peer = TrustedProxies.Plain(hop)!;
            if (!_proxies.Contains(peer))
                break;
        }

        return peer;
    }
}
