using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Holdfast.Server.Hosting.Listeners;

/// <summary>
/// Where to listen: <c>127.0.0.1:8080</c>, <c>[::1]:0</c>, <c>localhost:0</c> or <c>:8080</c> (all addresses). Port 0 takes a free one.
/// </summary>
public sealed record ListenAddress(string Host, int Port)
{
    /// <summary>What <see cref="TryParse"/> takes, for messages.</summary>
    public const string Forms = "ADDRESS:PORT, as in 127.0.0.1:8080, [::1]:8080, localhost:0 or :8080 (all addresses)";

    /// <summary>All addresses of the machine, IPv4 and IPv6.</summary>
    public bool IsAny => Host.Length == 0;

    public bool IsLocalhost => Host == "localhost";

    /// <summary>Only this machine can connect.</summary>
    public bool IsLoopback => IsLocalhost || (!IsAny && IPAddress.IsLoopback(IPAddress.Parse(Host)));

    /// <summary>Both cannot be listened on: the same port, on the same address or on all of them.</summary>
    public bool Meets(ListenAddress other) =>
        Port == other.Port && Port != 0 && (StandsForAll || other.StandsForAll || Plain == other.Plain);

    /// <summary>Written as all addresses or as one that means them.</summary>
    public bool StandsForAll => IsAny || Host is "0.0.0.0" or "::";

    string Plain => IsLocalhost ? "127.0.0.1" : Host;

    public static ListenAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not {Forms}");

    public static bool TryParse(string text, [NotNullWhen(true)] out ListenAddress? address)
    {
        address = null;
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        if (!TryReadHost(text[..colon], out var host))
            return false;
        address = new ListenAddress(host, port);
        return true;
    }

    static bool TryReadHost(string text, out string host)
    {
        host = text is "*" ? "" : text.ToLowerInvariant();
        if (host is "" or "localhost")
            return true;
        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (bracketed)
            host = host[1..^1];
        return IPAddress.TryParse(host, out var ip)
            && bracketed == (ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6)
            && (bracketed || host.AsSpan().Count('.') == 3);
    }

    public override string ToString() =>
        Host.Contains(':') ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}") : string.Create(
            CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
