using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Holdfast.Protocol.Http;

/// <summary>Dates in headers: the three forms of RFC 9110, section 5.6.7, and ISO 8601, which AWS takes too. Always UTC.</summary>
public static class HttpDate
{
    static readonly string[] Formats =
    [
        "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        "ddd, dd MMM yyyy HH:mm:ss 'UTC'",
        "ddd, d MMM yyyy HH:mm:ss 'GMT'",
        "ddd, dd MMM yyyy HH:mm:ss zzz",
        "dddd, dd-MMM-yy HH:mm:ss 'GMT'",
        "ddd MMM d HH:mm:ss yyyy",
        "ddd MMM  d HH:mm:ss yyyy",
        "yyyyMMdd'T'HHmmss'Z'",
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>The preferred form, in whole seconds: Sun, 06 Nov 1994 08:49:37 GMT.</summary>
    public static string Format(DateTimeOffset time) => time.ToUniversalTime().ToString("r", CultureInfo.InvariantCulture);

    public static bool TryParse([NotNullWhen(true)] string? text, out DateTimeOffset time)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        time = default;
        if (text is null || text.Length > 64)
            return false;
        var trimmed = text.AsSpan().Trim();
        return DateTimeOffset.TryParseExact(trimmed, "r", CultureInfo.InvariantCulture, Utc, out time)
            || DateTimeOffset.TryParseExact(trimmed, Formats, CultureInfo.InvariantCulture, Utc, out time);
    }
}
