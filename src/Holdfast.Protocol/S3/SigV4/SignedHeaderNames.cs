namespace Holdfast.Protocol.S3.SigV4;

/// <summary>The list of signed headers: names separated by semicolons.</summary>
static class SignedHeaderNames
{
    const int MaxNames = 256;

    /// <summary>Lower-case and sorted by bytes; null when there is none, an empty one, or more than 256.</summary>
    public static string[]? Parse(ReadOnlySpan<char> text)
    {
        var count = text.Count(';') + 1;
        if (text.IsEmpty || count > MaxNames)
            return null;
        var names = new string[count];
        var next = 0;
        foreach (var range in text.Split(';'))
        {
            var name = text[range].Trim(' ');
            if (name.IsEmpty)
                return null;
            names[next++] = name.ToString().ToLowerInvariant();
        }

        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }
}
