using System.Buffers;
using System.Globalization;
using System.Text;
using Holdfast.Protocol.S3.Checksums;

namespace Holdfast.Protocol.S3.Xml;

/// <summary>
/// Writes an answer's XML as UTF-8 straight into the output. Names are literals and not checked; texts are escaped, and what XML 1.0 has no
/// character for becomes a numeric reference (specs/s3.md, rule 19). Call <see cref="Flush"/> at the end, and before the output is used by
/// anyone else; pass it by reference.
/// </summary>
public ref struct S3XmlWriter(IBufferWriter<byte> output)
{
    const int Room = 4096;

    /// <summary>Markup, quotes, control characters that XML cannot hold or would change, and the lead byte of U+FFFE and U+FFFF.</summary>
    static readonly SearchValues<byte> Special = SearchValues.Create(
    [
        (byte)'&', (byte)'<', (byte)'>', (byte)'"', 0xEF, 0x7F,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
    ]);

    Span<byte> _free;
    int _used;

    /// <summary>The declaration and the root element in the S3 namespace.</summary>
    public void Root(scoped ReadOnlySpan<byte> name)
    {
        Raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<"u8);
        Raw(name);
        Raw(" xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"u8);
    }

    /// <summary>The declaration and a root element without a namespace: Error has none (rule 12).</summary>
    public void RootWithoutNamespace(scoped ReadOnlySpan<byte> name)
    {
        Raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"u8);
        Open(name);
    }

    public void Open(scoped ReadOnlySpan<byte> name)
    {
        Raw("<"u8);
        Raw(name);
        Raw(">"u8);
    }

    public void Close(scoped ReadOnlySpan<byte> name)
    {
        Raw("</"u8);
        Raw(name);
        Raw(">"u8);
    }

    /// <summary>Text within the element that is open.</summary>
    public void Content(string text) => EscapeText(text);

    /// <summary>An element with text; null writes nothing at all, "" an empty element.</summary>
    public void Text(scoped ReadOnlySpan<byte> name, string? text)
    {
        if (text is null)
            return;
        Open(name);
        EscapeText(text);
        Close(name);
    }

    /// <summary>An element with text that is UTF-8 already.</summary>
    public void Utf8(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> text)
    {
        Open(name);
        Escape(text);
        Close(name);
    }

    /// <summary>A key, prefix or delimiter: percent-encoded, "/" kept, under encoding-type=url (rule 27).</summary>
    public void Key(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> utf8, bool urlEncoded)
    {
        if (urlEncoded)
            Text(name, UriCoding.Encode(utf8, keepSlash: true));
        else
            Utf8(name, utf8);
    }

    public void Number(scoped ReadOnlySpan<byte> name, long value)
    {
        Open(name);
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        Raw(digits[..length]);
        Close(name);
    }

    public void Flag(scoped ReadOnlySpan<byte> name, bool value)
    {
        Open(name);
        Raw(value ? "true"u8 : "false"u8);
        Close(name);
    }

    /// <summary>ISO 8601 in UTC with milliseconds and Z (rule 31).</summary>
    public void Time(scoped ReadOnlySpan<byte> name, DateTimeOffset value)
    {
        Open(name);
        Span<byte> text = stackalloc byte[24];
        value.UtcDateTime.TryFormat(text, out var length, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        Raw(text[..length]);
        Close(name);
    }

    /// <summary>An ETag element; the tag comes without quotes and goes out with them.</summary>
    public void ETag(string tag)
    {
        Raw("<ETag>&quot;"u8);
        EscapeText(tag);
        Raw("&quot;</ETag>"u8);
    }

    /// <summary>ChecksumCRC32 and so on; null writes nothing.</summary>
    public void Checksum(ChecksumValue? checksum)
    {
        if (checksum is { } value)
            Text(value.Algorithm.ElementName(), value.ToString());
    }

    public void Flush()
    {
        Hand();
        _free = default;
    }

    void Hand()
    {
        if (_used > 0)
            output.Advance(_used);
        _used = 0;
    }

    void EscapeText(string text)
    {
        Span<byte> utf8 = stackalloc byte[512];
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            // A surrogate pair must not be cut in two.
            var take = Math.Min(rest.Length, utf8.Length / 3);
            if (take < rest.Length && char.IsHighSurrogate(rest[take - 1]))
                take--;
            Escape(utf8[..Encoding.UTF8.GetBytes(rest[..take], utf8)]);
            rest = rest[take..];
        }
    }

    void Escape(scoped ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var run = text.IndexOfAny(Special);
            Raw(run < 0 ? text : text[..run]);
            if (run < 0)
                return;
            text = text[run..];
            text = text[EscapeOne(text)..];
        }
    }

    /// <summary>Writes what stands first, and returns how many bytes that was.</summary>
    int EscapeOne(scoped ReadOnlySpan<byte> text)
    {
        switch (text[0])
        {
            case (byte)'&':
                Raw("&amp;"u8);
                return 1;
            case (byte)'<':
                Raw("&lt;"u8);
                return 1;
            case (byte)'>':
                Raw("&gt;"u8);
                return 1;
            case (byte)'"':
                Raw("&quot;"u8);
                return 1;
            case 0xEF when text.Length >= 3 && text[1] == 0xBF && text[2] >= 0xBE:
                Raw(text[2] == 0xBE ? "&#xFFFE;"u8 : "&#xFFFF;"u8);
                return 3;
            case 0xEF:
                Raw(text[..1]);
                return 1;
            default:
                Raw("&#x"u8);
                Span<byte> hex = stackalloc byte[2];
                text[0].TryFormat(hex, out var length, "x", CultureInfo.InvariantCulture);
                Raw(hex[..length]);
                Raw(";"u8);
                return 1;
        }
    }

    void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > _free.Length - _used)
        {
            var part = bytes[..(_free.Length - _used)];
            part.CopyTo(_free[_used..]);
            _used += part.Length;
            bytes = bytes[part.Length..];
            Hand();
            _free = output.GetSpan(Room);
        }

        bytes.CopyTo(_free[_used..]);
        _used += bytes.Length;
    }
}
