using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Holdfast.Server.Hosting.Metrics;

/// <summary>The Basic scheme (RFC 7617).</summary>
static class BasicCredentials
{
    const string Scheme = "Basic ";

    public static bool TryRead(HttpRequest request, [NotNullWhen(true)] out string? name, [NotNullWhen(true)] out string? secret)
    {
        name = secret = null;
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Scheme.Length..].Trim(), bytes, out var length))
            return false;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':');
        if (colon < 0)
            return false;
        (name, secret) = (text[..colon], text[(colon + 1)..]);
        return true;
    }
}
