using System.Globalization;
using System.Text;

namespace Holdfast.Server.Hosting.Metrics;

/// <summary>The text exposition format of Prometheus, version 0.0.4.</summary>
static class PrometheusText
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(MetricCollector collector)
    {
        var text = new StringBuilder(16 * 1024);
        var last = "";
        foreach (var (family, series) in collector.Collect())
        {
            // Instruments of the same name (two parts of the store) are one family: declared once.
            if (family.Name != last)
                AppendHead(text, family);
            last = family.Name;
            foreach (var (labels, point) in series)
                Append(text, family, labels, point);
        }

        return text.ToString();
    }

    static void AppendHead(StringBuilder text, MetricFamily family)
    {
        var help = family.Description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        text.Append("# HELP ").Append(family.Name).Append(' ').Append(help).Append('\n');
        text.Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Type.ToString().ToLowerInvariant()).Append('\n');
    }

    static void Append(StringBuilder text, MetricFamily family, KeyValuePair<string, object?>[] labels, MetricPoint point)
    {
        if (family.Bounds is null)
        {
            AppendSample(text, family.Name, labels, null, point.Sum);
            return;
        }

        var count = 0L;
        for (var i = 0; i < point.Buckets.Length; i++)
        {
            count += point.Buckets[i];
            AppendSample(text, family.Name + "_bucket", labels, i < family.Bounds.Length ? Number(family.Bounds[i]) : "+Inf", count);
        }

        AppendSample(text, family.Name + "_sum", labels, null, point.Sum);
        AppendSample(text, family.Name + "_count", labels, null, count);
    }

    static void AppendSample(StringBuilder text, string name, KeyValuePair<string, object?>[] labels, string? bound, double value)
    {
        text.Append(name);
        var separator = '{';
        foreach (var (label, labelValue) in labels)
        {
            AppendLabel(text, separator, MetricNames.Clean(label), Convert.ToString(labelValue, CultureInfo.InvariantCulture) ?? "");
            separator = ',';
        }

        if (bound is not null)
            AppendLabel(text, separator, "le", bound);
        if (bound is not null || labels.Length > 0)
            text.Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    static void AppendLabel(StringBuilder text, char separator, string name, string value)
    {
        text.Append(separator).Append(name).Append("=\"");
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '\\' => text.Append("\\\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append("\\n"),
                _ => text.Append(letter),
            };
        }

        text.Append('"');
    }

    static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
