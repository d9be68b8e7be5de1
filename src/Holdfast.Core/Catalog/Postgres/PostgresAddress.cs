using System.Globalization;
using Holdfast.Protocol.Errors;
using Npgsql;

namespace Holdfast.Core.Catalog.Postgres;

/// <summary>
/// Reads where a PostgreSQL is: Npgsql's own connection string, or the URL that other clients take,
/// <c>postgres://USER:PASSWORD@HOST:PORT[,HOST:PORT…]/DATABASE?OPTION=VALUE&amp;…</c> (PostgreSQL manual, "Connection URIs").
/// </summary>
public static class PostgresAddress
{
    /// <summary>libpq's options that have a counterpart here, and its name in Npgsql.</summary>
    static readonly Dictionary<string, string> Options = new(StringComparer.Ordinal)
    {
        ["host"] = "Host",
        ["port"] = "Port",
        ["dbname"] = "Database",
        ["user"] = "Username",
        ["password"] = "Password",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["channel_binding"] = "Channel Binding",
        ["application_name"] = "Application Name",
        ["connect_timeout"] = "Timeout",
        ["target_session_attrs"] = "Target Session Attributes",
        ["options"] = "Options",
    };

    /// <summary>True when <paramref name="text"/> is meant as a PostgreSQL URL.</summary>
    public static bool IsUrl(string text) =>
        text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Throws InvalidArgument with a sentence that does not repeat the text, which may hold a password.</summary>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            var builder = IsUrl(text) ? ParseUrl(text) : new NpgsqlConnectionStringBuilder(text);
            return string.IsNullOrEmpty(builder.Host) ? throw Refused("it names no host") : builder;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException)
        {
            throw Refused("it is neither a connection string (Host=…;Database=…) nor a postgres:// URL");
        }
    }

    static NpgsqlConnectionStringBuilder ParseUrl(string url)
    {
        var builder = new NpgsqlConnectionStringBuilder();
        var rest = url.AsSpan(url.IndexOf("://", StringComparison.Ordinal) + 3);
        var query = Cut(ref rest, '?');
        var database = Cut(ref rest, '/');
        var at = rest.LastIndexOf('@');
        if (at >= 0)
        {
            SetUser(builder, rest[..at]);
            rest = rest[(at + 1)..];
        }
        CheckPorts(rest);
        SetIfGiven(builder, "Host", rest);
        SetIfGiven(builder, "Database", database);
        foreach (var range in query.Split('&'))
        {
            SetOption(builder, query[range]);
        }
        return builder;
    }

    /// <summary>Npgsql takes whatever is behind a host's colon and fails only when it connects.</summary>
    static void CheckPorts(ReadOnlySpan<char> hosts)
    {
        foreach (var range in hosts.Split(','))
        {
            var host = hosts[range];
            var colon = host.LastIndexOf(':');
            var isPort = colon >= 0 && (host.Contains(']') ? colon > host.LastIndexOf(']') : host.Count(':') == 1);
            if (isPort
                && (!ushort.TryParse(host[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0))
                throw Refused("what is behind the colon of a host is no port, which is a number from 1 to 65535");
        }
    }

    static void SetUser(NpgsqlConnectionStringBuilder builder, ReadOnlySpan<char> user)
    {
        var password = Cut(ref user, ':');
        SetIfGiven(builder, "Username", user);
        SetIfGiven(builder, "Password", password);
    }

    static void SetOption(NpgsqlConnectionStringBuilder builder, ReadOnlySpan<char> option)
    {
        if (option.IsEmpty)
        {
            return;
        }
        var value = Cut(ref option, '=');
        var name = Uri.UnescapeDataString(option);
        if (!Options.TryGetValue(name, out var known))
        {
            throw Refused($"it has the option {name}; allowed are {string.Join(", ", Options.Keys)}");
        }
        // libpq writes verify-full and read-write where Npgsql has VerifyFull and ReadWrite or read-write.
        var text = Uri.UnescapeDataString(value);
        builder[known] = name == "sslmode" ? text.Replace("-", "", StringComparison.Ordinal) : text;
    }

    static void SetIfGiven(NpgsqlConnectionStringBuilder builder, string name, ReadOnlySpan<char> value)
    {
        if (!value.IsEmpty)
        {
            builder[name] = Uri.UnescapeDataString(value);
        }
    }

    /// <summary>Shortens <paramref name="text"/> to what is before <paramref name="mark"/>; what is behind it, or nothing.</summary>
    static ReadOnlySpan<char> Cut(ref ReadOnlySpan<char> text, char mark)
    {
        var at = text.IndexOf(mark);
        if (at < 0)
        {
            return [];
        }
        var behind = text[(at + 1)..];
        text = text[..at];
        return behind;
    }

    static StoreException Refused(string why) =>
        new(StoreError.InvalidArgument, $"the address of the PostgreSQL catalog cannot be used: {why}");
}
