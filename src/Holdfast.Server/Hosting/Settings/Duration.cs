using System.Buffers;
using System.Globalization;
using System.Text;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>The text form of a stretch of time: <c>500ms</c>, <c>30s</c>, <c>1h30m</c>, <c>7d</c>, <c>0</c>.</summary>
public static class Duration
{
    static readonly (string Suffix, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond),
    ];

    static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0")
            return true;
        var rest = text.AsSpan();
        var total = 0m;
        while (rest.Length > 0)
        {
            if (!TryTakePart(ref rest, out var ticks))
                return false;
            total += ticks;
        }

        if (text.Length == 0 || total > TimeSpan.MaxValue.Ticks)
            return false;
        duration = TimeSpan.FromTicks((long)total);
        return true;
    }

    static bool TryTakePart(ref ReadOnlySpan<char> rest, out decimal ticks)
    {
        ticks = 0;
        var digits = rest.IndexOfAnyExcept(Digits);
        if (digits is < 1 or > 12)
            return false;
        if (!decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return false;
        rest = rest[digits..];
        var next = rest.IndexOfAnyInRange('0', '9');
        var suffix = next < 0 ? rest : rest[..next];
        foreach (var (name, unit) in Units)
        {
            if (!suffix.SequenceEqual(name))
                continue;
            ticks = number * unit;
            rest = rest[suffix.Length..];
            return true;
        }

        return false;
    }

    public static string Format(TimeSpan duration)
    {
        var text = new StringBuilder();
        var ticks = duration.Ticks;
        foreach (var (suffix, unit) in Units)
        {
            if (ticks >= unit)
                text.Append(CultureInfo.InvariantCulture, $"{ticks / unit}{suffix}");
            ticks %= unit;
        }

        return text.Length == 0 ? "0" : text.ToString();
    }
}
