using System.Collections.Frozen;
using Holdfast.Protocol.Errors;

namespace Holdfast.Server.Hosting.Target;

/// <summary>Parses the raw target and the Host header into a <see cref="RequestTarget"/>. Thread safe.</summary>
/// <param name="domains">Lower-case domains whose sub-domains name a bucket.</param>
public sealed class TargetParser(IReadOnlyList<string> domains)
{
    // design.md, section 2: names no bucket can have. Those without a prefix of their own here answer 404.
    static readonly FrozenDictionary<string, (Door Door, string Prefix)> Reserved = new Dictionary<string, (Door, string)>
    {
        ["api"] = (Door.Admin, TargetRoutes.Admin),
        ["v2"] = (Door.Oci, TargetRoutes.Oci),
        ["ui"] = (Door.Ui, TargetRoutes.Ui),
        ["health"] = (Door.System, TargetRoutes.System + "/health"),
        ["livez"] = (Door.System, TargetRoutes.System + "/livez"),
        ["readyz"] = (Door.System, TargetRoutes.System + "/readyz"),
        ["metrics"] = (Door.System, TargetRoutes.System + "/metrics"),
        ["startupz"] = (Door.None, ""),
        ["infoz"] = (Door.None, ""),
        ["statusz"] = (Door.None, ""),
        ["download"] = (Door.None, ""),
        ["cache"] = (Door.None, ""),
        ["token"] = (Door.Oci, TargetRoutes.OciToken),
        ["auth"] = (Door.None, ""),
        ["login"] = (Door.None, ""),
        ["oauth2"] = (Door.None, ""),
        ["docs"] = (Door.None, ""),
        [".well-known"] = (Door.None, ""),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether a first path segment belongs to another door, so that no bucket can have this name.</summary>
    public static bool IsReserved(string name) => name == "s3" || Reserved.ContainsKey(name);

    static readonly FrozenDictionary<string, (Door Door, string Prefix)>.AlternateLookup<ReadOnlySpan<char>> ReservedBySpan =
        Reserved.GetAlternateLookup<ReadOnlySpan<char>>();

    readonly string[] _domains = [.. domains];

    /// <param name="rawTarget">The request line's target, as sent.</param>
    /// <param name="host">The Host header, as sent; may be empty.</param>
    /// <param name="asksForPage">The request is a browser's, without any credential: the root is the home page.</param>
    /// <exception cref="StoreException">InvalidUri: the target is no path and no URL of this host.</exception>
    public RequestTarget Parse(string rawTarget, string host, bool asksForPage = false)
    {
        var target = rawTarget.StartsWith('/') ? rawTarget : OriginForm(rawTarget, host);
        var mark = target.IndexOf('?');
        var path = mark < 0 ? target : target[..mark];
        var query = mark < 0 ? "" : target[(mark + 1)..];
        if (HostBucket.Find(host, _domains) is { } bucket)
            return S3(path, query, "", bucket, path[1..], virtualHost: true);
        if (path.Length == 1)
            return asksForPage ? Home(path, query) : S3(path, query, "", null, "", virtualHost: false);
        var end = path.IndexOf('/', 1);
        var first = end < 0 ? path.AsSpan(1) : path.AsSpan(1, end - 1);
        if (first is "s3")
            return PathStyle(path, query, "/s3");
        return ReservedBySpan.TryGetValue(first, out var reserved) ? Plain(path, query, reserved, first.Length + 1) : PathStyle(
            path, query, "");
    }

    /// <summary>RFC 9112, section 3.2.2: the absolute form, taken when its authority is the Host header's.</summary>
    static string OriginForm(string target, string host)
    {
        var scheme = target.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? "http://"
            : target.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? "https://"
            : throw new StoreException(StoreError.InvalidUri, "the request target must be a path that begins with /, or an absolute URL");
        var rest = target.AsSpan(scheme.Length);
        var end = rest.IndexOfAny('/', '?');
        var authority = end < 0 ? rest : rest[..end];
        if (!SameAuthority(authority, host, scheme == "http://" ? ":80" : ":443"))
            throw new StoreException(StoreError.InvalidUri, "the request target names another host than the Host header");
        return end < 0 ? "/" : rest[end] == '?' ? string.Concat("/", rest[end..]) : rest[end..].ToString();
    }

    static bool SameAuthority(ReadOnlySpan<char> authority, ReadOnlySpan<char> host, string port)
    {
        if (authority.EndsWith(port, StringComparison.Ordinal))
            authority = authority[..^port.Length];
        if (host.EndsWith(port, StringComparison.Ordinal))
            host = host[..^port.Length];
        return authority.Length > 0 && authority.Equals(host, StringComparison.OrdinalIgnoreCase);
    }

    static RequestTarget PathStyle(string path, string query, string mount)
    {
        var start = mount.Length + 1;
        if (path.Length <= start)
            return S3(path, query, mount, null, "", virtualHost: false);
        var end = path.IndexOf('/', start);
        var bucket = end < 0 ? path[start..] : path[start..end];
        return S3(path, query, mount, TargetText.DecodeOrKeep(bucket), end < 0 ? "" : path[(end + 1)..], virtualHost: false);
    }

    static RequestTarget S3(string path, string query, string mount, string? bucket, string key, bool virtualHost) => new()
    {
        Door = Door.S3,
        Mount = mount,
        RawPath = path,
        RawQuery = query,
        Bucket = bucket,
        RawKey = key.Length == 0 ? null : key,
        VirtualHost = virtualHost,
        Route = bucket is null ? TargetRoutes.S3Service : key.Length == 0 ? TargetRoutes.S3Bucket : TargetRoutes.S3Object,
    };

    static RequestTarget Home(string path, string query) =>
        new() { Door = Door.Home, RawPath = path, RawQuery = query, Path = path, Route = TargetRoutes.Home };

    static RequestTarget Plain(string path, string query, (Door Door, string Prefix) reserved, int prefixLength)
    {
        if (!TargetText.TryDecode(path, out var decoded, out var fault))
        {
            var refusal = new StoreException(StoreError.InvalidUri, $"the path holds {fault}, which is not allowed here");
            return new RequestTarget
            {
                Door = reserved.Door,
                RawPath = path,
                RawQuery = query,
                Route = TargetRoutes.None,
                Refusal = refusal,
            };
        }

        if (reserved.Prefix == TargetRoutes.Oci)
            return Oci(path, query, decoded, OciPath.Parse(decoded[prefixLength..]));
        var route = reserved.Door == Door.None ? TargetRoutes.None : string.Concat(reserved.Prefix, decoded.AsSpan(prefixLength));
        return new RequestTarget { Door = reserved.Door, RawPath = path, RawQuery = query, Path = decoded, Route = route };
    }

    static RequestTarget Oci(string path, string query, string decoded, OciPath parsed) => new()
    {
        Door = Door.Oci,
        RawPath = path,
        RawQuery = query,
        Path = decoded,
        Repository = parsed.Repository,
        Reference = parsed.Reference,
        Route = parsed.Route,
    };
}
