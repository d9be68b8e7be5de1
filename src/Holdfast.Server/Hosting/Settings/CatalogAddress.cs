using System.Data.Common;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>What <c>catalog</c> may say: <c>sqlite</c>, a PostgreSQL connection string, or a <c>postgres://</c> URL.</summary>
public static class CatalogAddress
{
    public const string Sqlite = "sqlite";

    const string Hidden = "********";

    public static bool IsValid(string text)
    {
        if (text == Sqlite)
            return true;
        if (IsUrl(text))
            return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0;
        return TryRead(text, out var words) && (words.ContainsKey("Host") || words.ContainsKey("Server"));
    }

    /// <summary>The address without its password.</summary>
    public static string Mask(string text)
    {
        if (text == Sqlite)
            return text;
        if (!IsUrl(text))
            return MaskWords(text);
        var start = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = text.IndexOf('@', start);
        var colon = end < 0 ? -1 : text.IndexOf(':', start, end - start);
        var shown = colon < 0 ? text : text[..(colon + 1)] + Hidden + text[end..];
        var query = shown.IndexOf('?');
        return query >= 0 && shown.Contains("password", StringComparison.OrdinalIgnoreCase) ? shown[..query] : shown;
    }

    static bool IsUrl(string text) =>
        text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    static string MaskWords(string text)
    {
        if (!TryRead(text, out var words))
            return Hidden;
        foreach (var name in words.Keys!.Cast<string>().Where(name => name is "password" or "pwd" or "passfile" or "ssl password").ToList())
            words[name] = Hidden;
        return words.ConnectionString;
    }

    static bool TryRead(string text, out DbConnectionStringBuilder words)
    {
        words = new DbConnectionStringBuilder();
        try
        {
            words.ConnectionString = text;
            return words.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
