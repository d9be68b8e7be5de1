namespace Holdfast.Server.Hosting.Target;

/// <summary>Finds the bucket in a host's name (virtual-host style).</summary>
static class HostBucket
{
    /// <summary>
    /// The lower-case bucket of <c>BUCKET.DOMAIN[:PORT]</c> for one of the domains, the longest first to fit; null: a plain host.
    /// </summary>
    public static string? Find(string host, string[] domains)
    {
        var name = WithoutPort(host);
        var length = 0;
        foreach (var domain in domains)
        {
            var dot = name.Length - domain.Length - 1;
            var fits = dot > 0 && name[dot] == '.' && name[(dot + 1)..].Equals(domain, StringComparison.OrdinalIgnoreCase);
            if (fits && domain.Length > length)
                length = domain.Length;
            else if (name.Equals(domain, StringComparison.OrdinalIgnoreCase))
                return null;
        }

        return length == 0 ? null : name[..^(length + 1)].ToString().ToLowerInvariant();
    }

    static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> host)
    {
        if (host.StartsWith('['))
            return host;
        var colon = host.LastIndexOf(':');
        if (colon >= 0)
            host = host[..colon];
        return host.EndsWith('.') ? host[..^1] : host;
    }
}
