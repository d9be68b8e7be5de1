using System.Text;
using System.Text.Json;

namespace Holdfast.Core.Content.Artifacts;

/// <summary>Reads single facts out of the beginning of a JSON document; what is cut off or broken is not there.</summary>
static class JsonFacts
{
    const int MaxLength = 256;

    /// <summary>
    /// The strings called <paramref name="names"/> of the object at <paramref name="path"/>, in the order of the document.
    /// </summary>
    public static List<KeyValuePair<string, string>> Strings(ReadOnlySpan<byte> head, ReadOnlySpan<string> path, ReadOnlySpan<string> names)
    {
        var facts = new List<KeyValuePair<string, string>>();
        if (head.StartsWith(Encoding.UTF8.Preamble))
            head = head[Encoding.UTF8.Preamble.Length..];
        var reader = new Utf8JsonReader(head, isFinalBlock: false, default);
        var at = new string[path.Length];
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                var (depth, name) = (reader.CurrentDepth, reader.GetString()!);
                if (depth <= path.Length)
                    at[depth - 1] = name;
                else if (depth == path.Length + 1 && path.SequenceEqual(at) && names.Contains(name) && IsString(ref reader, out var value))
                    facts.Add(new(name, value));
            }
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // What came before counts.
        }

        return facts;
    }

    static bool IsString(ref Utf8JsonReader reader, out string value)
    {
        value = reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
        return value.Length is > 0 and <= MaxLength;
    }
}
