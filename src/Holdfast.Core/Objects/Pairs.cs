using System.Buffers;
using System.Text;

namespace Holdfast.Core.Objects;

/// <summary>
/// Names and values packed into one column: for each string its length in bytes (LEB128) and its UTF-8. Order and repetition are kept.
/// Header values hold raw bytes as Latin-1 characters, so any byte a client sent comes back.
/// </summary>
public static class Pairs
{
    public static readonly IReadOnlyList<KeyValuePair<string, string>> None = [];

    /// <summary>Null for an empty list, so that an absent column stays absent.</summary>
    public static byte[]? Encode(IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        if (pairs.Count == 0)
            return null;
        var writer = new ArrayBufferWriter<byte>(256);
        foreach (var (name, value) in pairs)
        {
            Write(writer, name);
            Write(writer, value);
        }
        return writer.WrittenSpan.ToArray();
    }

    public static IReadOnlyList<KeyValuePair<string, string>> Decode(byte[]? packed)
    {
        if (packed is null)
            return None;
        var pairs = new List<KeyValuePair<string, string>>(8);
        var rest = packed.AsSpan();
        while (!rest.IsEmpty)
            pairs.Add(new(Read(ref rest), Read(ref rest)));
        return pairs;
    }

    static void Write(ArrayBufferWriter<byte> writer, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var span = writer.GetSpan(length + 5);
        var at = 0;
        for (var rest = (uint)length; ; rest >>= 7)
        {
            span[at++] = (byte)(rest < 0x80 ? rest : rest | 0x80);
            if (rest < 0x80)
                break;
        }
        Encoding.UTF8.GetBytes(text, span[at..]);
        writer.Advance(at + length);
    }

    static string Read(ref Span<byte> rest)
    {
        var length = 0;
        var at = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = rest[at++];
            length |= (next & 0x7F) << shift;
            if (next < 0x80)
                break;
        }
        var text = Encoding.UTF8.GetString(rest.Slice(at, length));
        rest = rest[(at + length)..];
        return text;
    }
}
