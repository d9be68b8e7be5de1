using Holdfast.Server.Hosting.Observe;
using Holdfast.Server.Hosting.Settings;

namespace Holdfast.Server.Hosting.Listeners;

/// <summary>
/// The scheme and host under which a client reached this server, for the few answers that need a whole URL: what a trusted proxy says
/// (X-Forwarded-Proto, X-Forwarded-Host), else what the request says. Thread safe.
/// </summary>
public sealed class PublicOrigin(HoldfastSettings settings)
{
    readonly TrustedProxies _proxies = new(settings.Proxies);

    /// <summary><c>https://registry.example.com</c>: no slash at the end.</summary>
    public string Of(HttpContext context)
    {
        var (scheme, host) = (context.Request.Scheme, context.Request.Host.ToUriComponent());
        if (_proxies.Sent(context))
        {
            scheme = First(context, "X-Forwarded-Proto") is { } proto && proto is "http" or "https" ? proto : scheme;
            host = First(context, "X-Forwarded-Host") is { } forwarded && IsHost(forwarded) ? forwarded : host;
        }
        return IsHost(host) ? $"{scheme}://{host}" : "";
    }

    /// <summary>The proxy that the client spoke to comes first.</summary>
    static string? First(HttpContext context, string header) => context.Request.Headers[header].ToString().Split(',')[0].Trim() is
    {
        Length: > 0,
    } value
        ? value
        : null;

    /// <summary>It goes into a quoted string of a header: nothing but what a host and port are made of.</summary>
    static bool IsHost(string host) => host.Length is > 0 and <= 300 && Uri.TryCreate($"http://{host}/", UriKind.Absolute, out var uri)
        && uri.AbsolutePath == "/" && uri.UserInfo.Length == 0 && !host.AsSpan().ContainsAny('"', '\\', ' ');
}
