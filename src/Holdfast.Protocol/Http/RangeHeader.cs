using System.Globalization;

namespace Holdfast.Protocol.Http;

public enum RangeKind
{
    /// <summary>No usable range: the whole content, with 200.</summary>
    None,

    /// <summary>206 with Content-Range.</summary>
    Partial,

    /// <summary>416.</summary>
    Unsatisfiable,
}

/// <summary>What a Range header means for content of a known size; offset and length are those of the bytes to send, in bytes.</summary>
public readonly record struct ResolvedRange(RangeKind Kind, long Offset, long Length);

/// <summary>The Range header as S3 reads it: one range of bytes; whatever is not one is ignored (specs/s3.md, rule 35).</summary>
public static class RangeHeader
{
    const string Unit = "bytes=";

    public static ResolvedRange Resolve(string? header, long size)
    {
        var whole = new ResolvedRange(RangeKind.None, 0, size);
        if (header is null)
            return whole;
        var text = header.AsSpan().Trim();
        if (!text.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
            return whole;
        text = text[Unit.Length..];
        var dash = text.IndexOf('-');
        if (dash < 0)
            return whole;

        var first = text[..dash];
        var last = text[(dash + 1)..];
        if (first.IsEmpty)
            return TryNumber(last, out var suffix) ? Suffix(suffix, size) : whole;
        if (!TryNumber(first, out var start) || (!last.IsEmpty && !TryNumber(last, out _)))
            return whole;
        var end = last.IsEmpty || !TryNumber(last, out var given) ? long.MaxValue : given;
        if (end < start)
            return whole;
        return start >= size
            ? new ResolvedRange(RangeKind.Unsatisfiable, 0, 0)
            : new ResolvedRange(RangeKind.Partial, start, Math.Min(end, size - 1) - start + 1);
    }

    static ResolvedRange Suffix(long count, long size)
    {
        if (count == 0)
            return new ResolvedRange(RangeKind.Unsatisfiable, 0, 0);
        if (size == 0)
            return new ResolvedRange(RangeKind.None, 0, 0);
        var length = Math.Min(count, size);
        return new ResolvedRange(RangeKind.Partial, size - length, length);
    }

    /// <summary>Digits only; a number too large for a long is as good as the largest.</summary>
    static bool TryNumber(ReadOnlySpan<char> digits, out long value)
    {
        value = 0;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
            return false;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value))
            value = long.MaxValue;
        return true;
    }
}
