using System.Globalization;

namespace Holdfast.Protocol.S3.SigV4;

/// <summary>The two forms of time in SigV4: yyyyMMddTHHmmssZ and yyyyMMdd, both UTC.</summary>
static class SigV4Time
{
    const string Format = "yyyyMMdd'T'HHmmss'Z'";

    public static string Timestamp(DateTimeOffset time) => time.ToUniversalTime().ToString(Format, CultureInfo.InvariantCulture);

    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    public static bool IsDate(ReadOnlySpan<char> text) => text.Length == 8
        && DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
