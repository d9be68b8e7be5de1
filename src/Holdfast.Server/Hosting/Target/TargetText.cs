using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Holdfast.Server.Hosting.Target;

/// <summary>Decodes the percent-encoding of paths.</summary>
static class TargetText
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The decoded path of a door whose paths have structure: nothing in it may be read in two ways.</summary>
    /// <param name="fault">
    /// What the path holds that it must not: an empty or dot segment, an encoded slash, an encoding that is no UTF-8.
    /// </param>
    public static bool TryDecode(string rawPath, [NotNullWhen(true)] out string? path, [NotNullWhen(false)] out string? fault)
    {
        path = rawPath.Contains('%') ? Unescape(rawPath) : rawPath;
        fault = rawPath.Contains("//", StringComparison.Ordinal) ? "an empty segment (//)"
            : rawPath.Contains("%2f", StringComparison.OrdinalIgnoreCase) ? "an encoded slash"
            : path is null ? "a percent-encoding that is not UTF-8"
            : HasDotSegment(path) ? "a dot segment"
            : path.AsSpan().ContainsAnyInRange('\0', '\u001f') ? "a control character"
            : null;
        return fault is null && path is not null;
    }

    static bool HasDotSegment(string path)
    {
        foreach (var segment in path.AsSpan().Split('/'))
        {
            if (path.AsSpan()[segment] is "." or "..")
                return true;
        }

        return false;
    }

    /// <summary>
    /// The decoded text, or the text itself when it cannot be decoded (no name of a bucket then: it keeps its percent sign).
    /// </summary>
    public static string DecodeOrKeep(string text) => text.Contains('%') ? Unescape(text) ?? text : text;

    /// <summary>Null when a percent sign lacks its two digits or the bytes are no UTF-8.</summary>
    static string? Unescape(string text)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            var length = Encoding.UTF8.GetBytes(text, bytes);
            return TryUnescape(bytes, ref length) ? Strict.GetString(bytes, 0, length) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    static bool TryUnescape(byte[] bytes, ref int length)
    {
        var to = 0;
        for (var from = 0; from < length; from++)
        {
            if (bytes[from] != '%')
            {
                bytes[to++] = bytes[from];
                continue;
            }

            if (from + 2 >= length)
                return false;
            if (Convert.FromHexString(bytes.AsSpan(from + 1, 2), bytes.AsSpan(to, 1), out _, out _) != OperationStatus.Done)
                return false;
            to++;
            from += 2;
        }

        length = to;
        return true;
    }
}
