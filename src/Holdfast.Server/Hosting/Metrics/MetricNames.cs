using System.Text;

namespace Holdfast.Server.Hosting.Metrics;

/// <summary>Turns names of instruments into names that Prometheus takes (its "Metric and label naming").</summary>
static class MetricNames
{
    /// <summary>
    /// <c>holdfast.request.duration</c> in <c>s</c> is <c>holdfast_request_duration_seconds</c>; counters end with <c>_total</c>.
    /// </summary>
    public static string Family(string instrument, string? unit, MetricType type)
    {
        var name = Clean(instrument);
        var suffix = unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            _ => "",
        };
        if (!name.EndsWith(suffix, StringComparison.Ordinal))
            name += suffix;
        return type == MetricType.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    /// <summary>Letters, digits and underscores; no digit first.</summary>
    public static string Clean(string name)
    {
        var clean = new StringBuilder(name.Length);
        foreach (var letter in name)
            clean.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        return clean.Length == 0 || char.IsAsciiDigit(clean[0]) ? "_" + clean : clean.ToString();
    }
}
