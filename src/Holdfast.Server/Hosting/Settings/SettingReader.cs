using System.Globalization;
using System.Net;
using Holdfast.Server.Hosting.Listeners;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>Turns what a source gave into the value of a setting, or refuses it by path, value and what is allowed.</summary>
static class SettingReader
{
    /// <param name="path">The path to name in a refusal: that of the setting, or of an entry of a list.</param>
    public static object Read(SettingDescription setting, SettingNode node, string path)
    {
        if (setting.Kind == SettingKind.Entries)
            return ReadEntries(setting, node, path);
        if (setting.IsList)
            return ReadTexts(setting, node, path);
        return node.Text is { } text ? ReadOne(setting, text, node, path) : throw Wrong(setting, Shape(node), node, path);
    }

    static string[] ReadTexts(SettingDescription setting, SettingNode node, string path)
    {
        var items = node.Items ?? SplitText(node) ?? throw Wrong(setting, Shape(node), node, path);
        var texts = new string[items.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            texts[i] = (string)ReadOne(setting, items[i].Text ?? throw Wrong(setting, Shape(items[i]), items[i], at), items[i], at);
        }

        return texts;
    }

    /// <summary>An environment variable holds a list as a text with commas.</summary>
    static List<SettingNode>? SplitText(SettingNode node) =>
        node.Text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(item => SettingNode.Of(item, node.Origin)).ToList();

    static Array ReadEntries(SettingDescription setting, SettingNode node, string path)
    {
        var items = node.Text is { } text ? SettingsFile.Parse(text, node.Origin).Items : node.Items;
        if (items is null)
            throw Wrong(setting, Shape(node), node, path);
        var entries = Array.CreateInstance(setting.ValueType, items.Count);
        for (var i = 0; i < items.Count; i++)
            entries.SetValue(ReadEntry(setting, items[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")), i);
        return entries;
    }

    static object ReadEntry(SettingDescription setting, SettingNode node, string path)
    {
        if (node.Members is null)
            throw Wrong(setting, Shape(node), node, path);
        var model = SettingModel.Of(setting.ValueType);
        var entry = Activator.CreateInstance(setting.ValueType)!;
        foreach (var (name, value) in node.Members)
        {
            var field = model.Find(name) ?? throw SettingNames.Unknown(
                $"{path}.{name}", value.Origin, model.All.Select(known => $"{path}.{known.Name}"));
            if (!value.IsNothing)
                field.Set(entry, Read(field, value, $"{path}.{name}"));
        }

        foreach (var field in model.All)
        {
            if (field.IsRequired && !node.Members.Any(member => member.Key == field.Name && !member.Value.IsNothing))
                throw new SettingsException($"{path}.{field.Name} ({node.Origin}) is missing; allowed: {field.Allowed}");
        }

        return entry;
    }

    static object ReadOne(SettingDescription setting, string text, SettingNode node, string path)
    {
        object? value = setting.Kind switch
        {
            SettingKind.Switch => text switch { "on" or "true" => true, "off" or "false" => false, _ => null },
            SettingKind.Choice => setting.Choices.Contains(text) ? Enum.Parse(setting.ValueType, text, ignoreCase: true) : null,
            SettingKind.Count => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && InRange(setting, number) ? Convert.ChangeType(number, setting.ValueType, CultureInfo.InvariantCulture) : null,
            SettingKind.Ratio => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio)
                && InRange(setting, ratio) ? ratio : null,
            SettingKind.Bytes => ByteCount.TryParse(text, out var bytes) && InRange(setting, bytes) ? bytes : null,
            SettingKind.Duration => Duration.TryParse(text, out var time) && InRange(setting, time.TotalSeconds) ? time : null,
            SettingKind.Address => ListenAddress.TryParse(text, out var address) ? address : null,
            SettingKind.Url => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? text : null,
            SettingKind.Catalog => CatalogAddress.IsValid(text) ? text : null,
            SettingKind.Network => IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text, out _) ? text : null,
            SettingKind.DomainName => Uri.CheckHostName(text) == UriHostNameType.Dns ? text.ToLowerInvariant().TrimEnd('.') : null,
            _ => InRange(setting, text.Length) ? text : null,
        };
        return value ?? throw Wrong(setting, setting.IsSecret ? "a secret that is not shown here" : $"'{text}'", node, path);
    }

    static bool InRange(SettingDescription setting, double value) => value >= setting.Min && value <= setting.Max;

    static string Shape(SettingNode node) => node switch
    {
        { Text: { } text } => $"'{text}'",
        { Items: not null } => "a list",
        { Members: not null } => "a map",
        _ => "empty",
    };

    static SettingsException Wrong(SettingDescription setting, string shown, SettingNode node, string path) =>
        new($"{path} is {shown} ({node.Origin}); allowed: {setting.Allowed}");
}
