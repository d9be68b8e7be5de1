using System.Globalization;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>Reads a settings file, YAML or JSON, into nodes that know their line.</summary>
static class SettingsFile
{
    public static SettingNode Load(string file)
    {
        try
        {
            return Parse(File.ReadAllText(file), file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"the settings file {file} cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>
    /// A text that begins with a brace or bracket and is JSON is read as such (YAML takes no tabs); everything else is YAML.
    /// </summary>
    public static SettingNode Parse(string text, string origin)
    {
        if (text.AsSpan().TrimStart() is ['{' or '[', ..] && TryParseJson(text, origin) is { } json)
            return json;
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count > 1)
                throw new SettingsException($"{origin} holds {stream.Documents.Count} YAML documents; one is allowed");
            return stream.Documents.Count == 0 ? new SettingNode(origin) : Convert(stream.Documents[0].RootNode, origin);
        }
        catch (YamlException fault)
        {
            var line = fault.Start.Line.ToString(CultureInfo.InvariantCulture);
            throw new SettingsException($"{origin} line {line} is neither YAML nor JSON: {fault.Message}", fault);
        }
    }

    static SettingNode Convert(YamlNode node, string origin)
    {
        var at = string.Create(CultureInfo.InvariantCulture, $"{origin} line {node.Start.Line}");
        return node switch
        {
            YamlMappingNode map => new SettingNode(at) { Members = [.. map.Children.Select(pair => Member(pair.Key, pair.Value, origin))] },
            YamlSequenceNode list => new SettingNode(at) { Items = [.. list.Children.Select(item => Convert(item, origin))] },
            YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" } => new SettingNode(at),
            YamlScalarNode scalar => SettingNode.Of(scalar.Value ?? "", at),
            _ => throw new SettingsException($"{at} uses a YAML feature that settings do not"),
        };
    }

    static KeyValuePair<string, SettingNode> Member(YamlNode key, YamlNode value, string origin) =>
        key is YamlScalarNode { Value: { } name }
            ? new(name, Convert(value, origin))
            : throw new SettingsException($"{origin} line {key.Start.Line} has a key that is not a text");

    static SettingNode? TryParseJson(string text, string origin)
    {
        try
        {
            using var document = JsonDocument.Parse(
                text, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return Convert(document.RootElement, origin);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static SettingNode Convert(JsonElement element, string origin) => element.ValueKind switch
    {
        JsonValueKind.Object =>
            new SettingNode(origin) { Members = [.. element.EnumerateObject().Select(member => Member(member, origin))] },
        JsonValueKind.Array => new SettingNode(origin) { Items = [.. element.EnumerateArray().Select(item => Convert(item, origin))] },
        JsonValueKind.Null => new SettingNode(origin),
        JsonValueKind.String => SettingNode.Of(element.GetString()!, origin),
        _ => SettingNode.Of(element.GetRawText(), origin),
    };

    static KeyValuePair<string, SettingNode> Member(JsonProperty member, string origin) => new(member.Name, Convert(member.Value, origin));
}
