using System.Text.Json.Nodes;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>The JSON schema of the settings file, for editors.</summary>
static class SettingsSchema
{
    public static JsonObject Build()
    {
        var schema = Group(SettingModel.Root, "Settings of holdfastd.");
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "holdfastd");
        return schema;
    }

    static JsonObject Group(SettingModel model, string summary)
    {
        var properties = new JsonObject();
        foreach (var setting in model.Settings)
            properties[setting.Name] = Setting(setting);
        foreach (var group in model.Groups)
            properties[group.Name] = Group(group, group.Summary);
        return new JsonObject
        {
            ["type"] = new JsonArray("object", "null"),
            ["description"] = summary,
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
    }

    static JsonObject Setting(SettingDescription setting)
    {
        var schema = setting.IsList ? new JsonObject { ["type"] = "array", ["items"] = Item(setting) } : One(setting);
        schema["description"] = $"{setting.Summary} Allowed: {setting.Allowed}.";
        if (!setting.IsList && setting.Standard is not "" && SettingWords.ShowWithUnit(setting, setting.Standard) is { } standard)
            schema["default"] = standard;
        return schema;
    }

    static JsonObject Item(SettingDescription setting)
    {
        if (setting.Kind != SettingKind.Entries)
            return One(setting);
        var model = SettingModel.Of(setting.ValueType);
        var schema = Group(model, "One entry.");
        schema["type"] = "object";
        schema["required"] = new JsonArray([.. model.All.Where(field => field.IsRequired).Select(field => JsonValue.Create(field.Name))]);
        return schema;
    }

    static JsonObject One(SettingDescription setting) => setting.Kind switch
    {
        SettingKind.Switch => new JsonObject { ["enum"] = new JsonArray("on", "off", true, false) },
        SettingKind.Choice => new JsonObject { ["enum"] = new JsonArray([.. setting.Choices.Select(choice => JsonValue.Create(choice))]) },
        SettingKind.Count => Bounded(setting, "integer"),
        SettingKind.Ratio => Bounded(setting, "number"),
        SettingKind.Bytes => Pattern(@"^[0-9]+(\.[0-9]+)?\s*([KMGTkmgt]?[Ii]?[Bb])?$", "integer"),
        SettingKind.Duration => Pattern(@"^(0|([0-9]+(\.[0-9]+)?(ms|s|m|h|d))+)$", "integer"),
        SettingKind.Address => Pattern(@"^.*:[0-9]{1,5}$"),
        SettingKind.Url => new JsonObject { ["type"] = "string", ["format"] = "uri" },
        SettingKind.Text => Lengths(setting),
        _ => new JsonObject { ["type"] = "string" },
    };

    static JsonObject Pattern(string pattern, string? alsoType = null) => new()
    {
        ["type"] = alsoType is null ? "string" : new JsonArray("string", alsoType),
        ["pattern"] = pattern,
    };

    static JsonObject Bounded(SettingDescription setting, string type)
    {
        var schema = new JsonObject { ["type"] = type };
        AddBounds(schema, setting, "minimum", "maximum");
        return schema;
    }

    static JsonObject Lengths(SettingDescription setting)
    {
        var schema = new JsonObject { ["type"] = "string" };
        AddBounds(schema, setting, "minLength", "maxLength");
        return schema;
    }

    static void AddBounds(JsonObject schema, SettingDescription setting, string least, string most)
    {
        if (double.IsFinite(setting.Min))
            schema[least] = setting.Min;
        if (double.IsFinite(setting.Max))
            schema[most] = setting.Max;
    }
}
