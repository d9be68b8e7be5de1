using System.Globalization;
using Holdfast.Server.Hosting.Listeners;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>What a setting allows, and the text of its values, as people read them.</summary>
public static class SettingWords
{
    /// <summary>What a setting without rules allows.</summary>
    public const string AnyText = "a text";

    public static string Allowed(SettingDescription setting)
    {
        var one = setting.Kind switch
        {
            SettingKind.Switch or SettingKind.Choice => string.Join(", ", setting.Choices),
            SettingKind.Count => "a whole number" + Range(setting, Number),
            SettingKind.Ratio => "a number" + Range(setting, Number),
            SettingKind.Bytes => "a number of bytes, as in 65536, 64KiB or 50GiB" + Range(setting, value => ByteCount.Format((long)value)),
            SettingKind.Duration =>
                "a duration, as in 500ms, 30s, 1h30m or 7d" + Range(setting, value => Duration.Format(TimeSpan.FromSeconds(value))),
            SettingKind.Address => ListenAddress.Forms,
            SettingKind.Url => "an absolute http or https URL",
            SettingKind.Catalog => "sqlite, a PostgreSQL connection string (Host=…;Database=…) or a postgres:// URL",
            SettingKind.Network => "an IP address or a network, as in 10.0.0.0/8",
            SettingKind.DomainName => "a domain name, as in example.com",
            SettingKind.Entries => "entries with " + string.Join(", ", SettingModel.Of(setting.ValueType).All.Select(entry => entry.Name)),
            _ when setting is { Min: 1, Max: double.PositiveInfinity } => "a text that is not empty",
            _ => AnyText + Range(setting, Number, " characters"),
        };
        return setting.IsList && setting.Kind != SettingKind.Entries ? $"a list; each {one}" : setting.IsList ? $"a list of {one}" : one;
    }

    /// <summary>The value as a file would hold it; secrets are masked. Null when there is no value.</summary>
    public static string? Show(SettingDescription setting, object? value) => (setting, value) switch
    {
        (_, null) => null,
        ({ IsSecret: true }, string secret) => Mask(setting, secret),
        _ => Plain(value),
    };

    static string Plain(object value) => value switch
    {
        bool on => on ? "on" : "off",
        TimeSpan time => Duration.Format(time),
        Enum choice => choice.ToString().ToLowerInvariant(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    /// <summary>The plain text of a value of <paramref name="setting"/>, in its unit.</summary>
    public static string? ShowWithUnit(SettingDescription setting, object? value) =>
        setting.Kind == SettingKind.Bytes && value is long bytes ? ByteCount.Format(bytes) : Show(setting, value);

    static string Mask(SettingDescription setting, string secret) =>
        setting.Kind == SettingKind.Catalog ? CatalogAddress.Mask(secret) : "********";

    static string Range(SettingDescription setting, Func<double, string> format, string unit = "") => (setting.Min, setting.Max) switch
    {
        (double.NegativeInfinity, double.PositiveInfinity) => "",
        (var min, double.PositiveInfinity) => $", at least {format(min)}{unit}",
        (double.NegativeInfinity, var max) => $", at most {format(max)}{unit}",
        var (min, max) => $", {format(min)} to {format(max)}{unit}",
    };

    static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
