using System.Net;

namespace Holdfast.Server.Hosting.Observe;

/// <summary>Who a request comes from: the peer, or whom a trusted proxy names. Thread safe.</summary>
/// <param name="proxies">Addresses and networks of proxies that are believed.</param>
sealed class CallerAddress(IReadOnlyList<string> proxies)
{
    const string ForwardedFor = "X-Forwarded-For";

    readonly IPNetwork[] _proxies = [.. proxies.Select(Network)];

    public IPAddress? Of(HttpContext context)
    {
        var peer = Plain(context.Connection.RemoteIpAddress);
        if (_proxies.Length == 0 || peer is null || !IsProxy(peer))
            return peer;
        // Each proxy adds its peer at the end: the last that is no proxy of ours is the caller, all before it is hearsay.
        var chain = context.Request.Headers[ForwardedFor].ToString().Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = chain.Length - 1; i >= 0 && IPAddress.TryParse(chain[i], out var hop); i--)
        {
            peer = Plain(hop)!;
            if (!IsProxy(peer))
                break;
        }

        return peer;
    }

    /// <summary>A listener on all addresses sees IPv4 callers in the clothes of IPv6.</summary>
    static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    bool IsProxy(IPAddress address)
    {
        foreach (var network in _proxies)
        {
            if (network.Contains(address))
                return true;
        }

        return false;
    }

    static IPNetwork Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.Parse(text) is var address ? new IPNetwork(address, 8 * address.GetAddressBytes().Length) : default;
}
