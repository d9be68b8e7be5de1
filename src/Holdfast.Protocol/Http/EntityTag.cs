namespace Holdfast.Protocol.Http;

/// <summary>
/// Entity tags: inside, a tag is its text without quotes; on the wire it is quoted, and clients may leave the quotes out.
/// </summary>
public static class EntityTag
{
    public static string Quote(string tag) => $"\"{tag}\"";

    /// <summary>Takes away blanks, W/ and quotes.</summary>
    public static string Unquote(string text) => Strip(text).ToString();

    /// <summary>
    /// Whether a list of If-Match or If-None-Match ("*", or tags separated by commas) names this tag; weak or strong alike.
    /// </summary>
    public static bool ListMatches(string list, string tag)
    {
        var span = list.AsSpan();
        foreach (var range in span.Split(','))
        {
            var one = Strip(span[range]);
            if (one is "*" || one.Equals(tag, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    static ReadOnlySpan<char> Strip(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text.StartsWith("W/", StringComparison.Ordinal))
            text = text[2..];
        return text.Length >= 2 && text[0] == '"' && text[^1] == '"' ? text[1..^1] : text;
    }
}
