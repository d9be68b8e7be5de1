using System.IO.Compression;
using System.Text;

namespace Holdfast.Core.Content.Artifacts;

/// <summary>
/// What a <c>.tgz</c> is, told from the files in its beginning: Helm charts have a <c>Chart.yaml</c> in their one folder, npm packages a
/// <c>package/package.json</c>.
/// </summary>
static class PackedFiles
{
    /// <summary>Much of what 8 KiB can inflate to, and no more than is worth looking through.</summary>
    const int MaxInflatedBytes = 256 * 1024;

    const int BlockBytes = 512;

    /// <param name="stem">The file's name without its extension, which tells name and version when the files do not.</param>
    public static (string Type, IReadOnlyList<KeyValuePair<string, string>> Metadata) Detect(string stem, ReadOnlySpan<byte> gzip)
    {
        var tar = Inflate(gzip);
        for (var at = 0; at + BlockBytes <= tar.Length && tar[at] != 0;)
        {
            var header = tar.AsSpan(at, BlockBytes);
            if (Size(header) is not { } size)
                break;
            var name = Name(header);
            var content = tar.AsSpan(at + BlockBytes);
            content = content[..(int)Math.Min(size, content.Length)];
            if (name.Count('/') == 1 && name.EndsWith("/Chart.yaml", StringComparison.Ordinal))
                return ("helm", Facts(YamlFacts(content), stem));
            if (name == "package/package.json")
                return ("npm", Facts(JsonFacts.Strings(content, [], ["name", "version"]), stem));
            at = (int)Math.Min(tar.Length, at + BlockBytes + (size + BlockBytes - 1) / BlockBytes * BlockBytes);
        }

        return ("archive", [new("format", "tar+gzip")]);
    }

    static byte[] Inflate(ReadOnlySpan<byte> gzip)
    {
        var tar = new byte[MaxInflatedBytes];
        var filled = 0;
        using var inflating = new GZipStream(new MemoryStream(gzip.ToArray()), CompressionMode.Decompress);
        try
        {
            while (filled < tar.Length && inflating.Read(tar, filled, Math.Min(BlockBytes, tar.Length - filled)) is var count and > 0)
                filled += count;
        }
        catch (InvalidDataException)
        {
            // Cut off, as the beginning of a longer file is, or no gzip at all.
        }

        return tar[..filled];
    }

    // POSIX.1-2017, pax, "ustar Interchange Format": the name in the first 100 bytes, the size in octal digits at 124, a prefix at 345.
    static string Name(ReadOnlySpan<byte> header)
    {
        var prefix = header[257..].StartsWith("ustar\0"u8) ? Text(header.Slice(345, 155)) : "";
        var name = Text(header[..100]);
        name = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        return prefix.Length == 0 ? name : $"{prefix}/{name}";
    }

    static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    static long? Size(ReadOnlySpan<byte> header)
    {
        var size = 0L;
        foreach (var digit in header.Slice(124, 12).Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return null;
            size = (size << 3) + digit - '0';
        }

        return size;
    }

    /// <summary>The top-level <c>name</c> and <c>version</c> of a Chart.yaml, which Helm writes as plain or quoted scalars.</summary>
    static List<KeyValuePair<string, string>> YamlFacts(ReadOnlySpan<byte> content)
    {
        var facts = new List<KeyValuePair<string, string>>();
        foreach (var line in Encoding.UTF8.GetString(content).Split('\n'))
        {
            foreach (var name in (ReadOnlySpan<string>)["name", "version"])
            {
                if (!line.StartsWith($"{name}:", StringComparison.Ordinal))
                    continue;
                var value = line[(name.Length + 1)..].Split(" #")[0].Trim().Trim('"', '\'');
                if (value.Length is > 0 and <= 256)
                    facts.Add(new(name, value));
            }
        }

        return facts;
    }

    /// <summary>What the files say, or what <c>name-1.2.3</c> does.</summary>
    static List<KeyValuePair<string, string>> Facts(List<KeyValuePair<string, string>> found, string stem)
    {
        if (found.Count > 0)
            return found;
        for (var at = stem.IndexOf('-'); at > 0; at = stem.IndexOf('-', at + 1))
        {
            if (at + 1 < stem.Length && char.IsAsciiDigit(stem[at + 1]))
                return [new("name", stem[..at]), new("version", stem[(at + 1)..])];
        }

        return [];
    }
}
