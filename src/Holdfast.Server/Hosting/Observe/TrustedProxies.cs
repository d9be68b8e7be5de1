using System.Net;

namespace Holdfast.Server.Hosting.Observe;

/// <summary>The proxies whose words about a request are believed. Thread safe.</summary>
/// <param name="proxies">Addresses and networks.</param>
sealed class TrustedProxies(IReadOnlyList<string> proxies)
{
    readonly IPNetwork[] _proxies = [.. proxies.Select(Network)];

    public bool IsEmpty => _proxies.Length == 0;

    public bool Contains(IPAddress address)
    {
        foreach (var network in _proxies)
        {
            if (network.Contains(address))
                return true;
        }

        return false;
    }

    /// <summary>Whether the request came through one of them.</summary>
    public bool Sent(HttpContext context) => !IsEmpty && Plain(context.Connection.RemoteIpAddress) is { } peer && Contains(peer);

    /// <summary>A listener on all addresses sees IPv4 callers in the clothes of IPv6.</summary>
    public static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    static IPNetwork Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.Parse(text) is var address ? new IPNetwork(address, 8 * address.GetAddressBytes().Length) : default;
}
