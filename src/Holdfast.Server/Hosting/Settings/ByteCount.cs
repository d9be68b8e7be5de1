using System.Globalization;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>The text form of a number of bytes: <c>65536</c>, <c>64KiB</c>, <c>1.5GiB</c>, <c>10MB</c>.</summary>
public static class ByteCount
{
    static readonly (string Suffix, long Factor)[] Units =
    [
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1),
    ];

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var number = text.AsSpan().Trim();
        var factor = 1L;
        foreach (var (suffix, unit) in Units)
        {
            if (!number.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                continue;
            number = number[..^suffix.Length].TrimEnd();
            factor = unit;
            break;
        }

        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            return false;
        if (value > long.MaxValue / factor || value * factor != decimal.Truncate(value * factor))
            return false;
        bytes = (long)(value * factor);
        return true;
    }

    /// <summary>The shortest exact form in binary units.</summary>
    public static string Format(long bytes)
    {
        foreach (var (suffix, unit) in Units.AsSpan(0, 4))
        {
            if (bytes != 0 && bytes % unit == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{bytes / unit}{suffix}");
        }

        return bytes.ToString(CultureInfo.InvariantCulture);
    }
}
