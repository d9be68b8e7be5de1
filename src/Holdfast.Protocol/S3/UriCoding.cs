using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;

namespace Holdfast.Protocol.S3;

/// <summary>
/// Percent-encoding as AWS signs it: everything but A-Z a-z 0-9 - . _ ~ becomes %XX with upper-case digits ("Signature Calculations for
/// the Authorization Header", UriEncode).
/// </summary>
public static class UriCoding
{
    const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    static readonly SearchValues<char> UnreservedChars = SearchValues.Create(Unreserved);
    static readonly SearchValues<byte> UnreservedBytes = SearchValues.Create(Encoding.ASCII.GetBytes(Unreserved));
    static readonly SearchValues<byte> UnreservedBytesAndSlash = SearchValues.Create(Encoding.ASCII.GetBytes(Unreserved + "/"));

    static ReadOnlySpan<byte> Digits => "0123456789ABCDEF"u8;

    /// <summary>Encodes UTF-8 bytes; "/" stays when <paramref name="keepSlash"/>.</summary>
    public static string Encode(ReadOnlySpan<byte> utf8, bool keepSlash = false)
    {
        var scratch = new Utf8Scratch(stackalloc byte[512]);
        AppendEncoded(ref scratch, utf8, keepSlash);
        return scratch.TakeAscii();
    }

    /// <summary>Encodes the text; returns the same instance when nothing needs encoding.</summary>
    public static string Encode(string text, bool keepSlash = false) =>
        text.AsSpan().ContainsAnyExcept(UnreservedChars) ? Encode(Encoding.UTF8.GetBytes(text), keepSlash) : text;

    /// <summary>
    /// Decodes once. A raw "+" is a space in a query and itself in a path. Throws <see cref="StoreError.InvalidUri"/> for a bad escape and
    /// for what is not UTF-8.
    /// </summary>
    public static string Decode(ReadOnlySpan<char> raw, bool plusIsSpace)
    {
        var scratch = new Utf8Scratch(stackalloc byte[512]);
        try
        {
            AppendDecoded(ref scratch, raw, plusIsSpace);
            return Encoding.UTF8.GetString(scratch.Written);
        }
        finally
        {
            scratch.Dispose();
        }
    }

    /// <summary>Decodes a path once into its bytes ("+" stays, "%2F" is "/"); throws as <see cref="Decode"/> does.</summary>
    public static byte[] DecodePath(ReadOnlySpan<char> raw)
    {
        var scratch = new Utf8Scratch(stackalloc byte[512]);
        try
        {
            AppendDecoded(ref scratch, raw, plusIsSpace: false);
            return scratch.Written.ToArray();
        }
        finally
        {
            scratch.Dispose();
        }
    }

    internal static void AppendEncoded(ref Utf8Scratch to, scoped ReadOnlySpan<byte> utf8, bool keepSlash)
    {
        var plain = keepSlash ? UnreservedBytesAndSlash : UnreservedBytes;
        while (!utf8.IsEmpty)
        {
            var run = utf8.IndexOfAnyExcept(plain);
            if (run < 0)
                run = utf8.Length;
            to.Append(utf8[..run]);
            utf8 = utf8[run..];
            if (utf8.IsEmpty)
                return;
            to.Append((byte)'%');
            to.Append(Digits[utf8[0] >> 4]);
            to.Append(Digits[utf8[0] & 15]);
            utf8 = utf8[1..];
        }
    }

    internal static void AppendDecoded(ref Utf8Scratch to, scoped ReadOnlySpan<char> raw, bool plusIsSpace)
    {
        var start = to.Written.Length;
        while (!raw.IsEmpty)
        {
            var run = raw.IndexOfAny('%', '+');
            if (run < 0)
                run = raw.Length;
            to.Append(raw[..run]);
            raw = raw[run..];
            if (raw.IsEmpty)
                break;
            if (raw[0] == '+')
                to.Append(plusIsSpace ? (byte)' ' : (byte)'+');
            else
                to.Append(Escape(raw));
            raw = raw[(raw[0] == '+' ? 1 : 3)..];
        }

        if (!Utf8.IsValid(to.Written[start..]))
            throw new StoreException(StoreError.InvalidUri, "the URI decodes to bytes that are not UTF-8");
    }

    static byte Escape(ReadOnlySpan<char> raw)
    {
        if (raw.Length < 3 || !char.IsAsciiHexDigit(raw[1]) || !char.IsAsciiHexDigit(raw[2]))
            throw new StoreException(StoreError.InvalidUri, "the URI has a % that is not followed by two hexadecimal digits");
        return (byte)((HexValue(raw[1]) << 4) | HexValue(raw[2]));
    }

    static int HexValue(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
