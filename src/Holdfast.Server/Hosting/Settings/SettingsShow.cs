using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>The settings in effect, with the source of each; secrets are masked.</summary>
static class SettingsShow
{
    const string FromDefault = "default";

    static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A settings file with the source of each value as a comment.</summary>
    public static string Yaml(LoadedSettings loaded)
    {
        var text = new StringBuilder();
        AppendGroup(text, SettingModel.Root, loaded, "");
        return text.ToString();
    }

    /// <summary>By path: value and source.</summary>
    public static JsonObject Json(LoadedSettings loaded)
    {
        var all = new JsonObject();
        foreach (var setting in SettingModel.Root.All)
        {
            var value = Value(setting, setting.Get(loaded.Settings));
            all[setting.Path] = new JsonObject { ["value"] = value, ["source"] = Source(loaded, setting) };
        }

        return all;
    }

    static string Source(LoadedSettings loaded, SettingDescription setting) => loaded.Origins.GetValueOrDefault(setting.Path, FromDefault);

    static void AppendGroup(StringBuilder text, SettingModel model, LoadedSettings loaded, string indent)
    {
        foreach (var setting in model.Settings)
        {
            // JSON is YAML: a value printed as such needs no quoting rules of its own.
            var value = Value(setting, setting.Get(loaded.Settings))?.ToJsonString(Compact) ?? "";
            text.AppendLine(CultureInfo.InvariantCulture, $"{indent}{setting.Name}: {value}  # {Source(loaded, setting)}");
        }

        foreach (var group in model.Groups)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{indent}{group.Name}:");
            AppendGroup(text, group, loaded, indent + "  ");
        }
    }

    static JsonNode? Value(SettingDescription setting, object? value) => value switch
    {
        null => null,
        IEnumerable list when setting.IsList => new JsonArray([.. list.Cast<object>().Select(item => Entry(setting, item))]),
        int or long when setting.Kind == SettingKind.Count => JsonValue.Create(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        double ratio => JsonValue.Create(ratio),
        _ => JsonValue.Create(SettingWords.ShowWithUnit(setting, value)),
    };

    static JsonNode? Entry(SettingDescription setting, object item)
    {
        if (setting.Kind != SettingKind.Entries)
            return JsonValue.Create(SettingWords.Show(setting, item));
        var entry = new JsonObject();
        foreach (var field in SettingModel.Of(setting.ValueType).All)
        {
            if (Value(field, field.GetFrom(item)) is { } value)
                entry[field.Name] = value;
        }

        return entry;
    }
}
