using System.Globalization;
using System.Text;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>The text of config/config.yaml: every setting, commented out, with its default or an example.</summary>
static class SettingsSample
{
    /// <summary>Columns of prose, the comment sign included.</summary>
    const int Width = 120;

    public static string Yaml()
    {
        var text = new StringBuilder("""
            ## Settings of holdfastd. Every setting stands here with its default, or with an example where it has none, commented out:
            ## lines with ## are prose; take the # from a line, and from its group's, to set it. docs/operate/settings.md tells the same,
            ## with the environment variable of each. Made by `make generate`: edit a copy.

            """.ReplaceLineEndings("\n"));
        AppendGroup(text, SettingModel.Root, "");
        return text.ToString();
    }

    static void AppendGroup(StringBuilder text, SettingModel model, string indent)
    {
        foreach (var setting in model.Settings)
        {
            if (indent.Length == 0)
                text.Append('\n');
            AppendProse(text, indent, Prose(setting));
            if (setting.Kind == SettingKind.Entries)
                AppendEntry(text, setting, indent);
            else
                text.Append(CultureInfo.InvariantCulture, $"#{indent}{setting.Name}: {Value(setting)}\n");
        }

        foreach (var group in model.Groups)
        {
            text.Append('\n');
            AppendProse(text, indent, group.Summary);
            text.Append(CultureInfo.InvariantCulture, $"#{indent}{group.Name}:\n");
            AppendGroup(text, group, indent + "  ");
        }
    }

    static void AppendEntry(StringBuilder text, SettingDescription list, string indent)
    {
        text.Append(CultureInfo.InvariantCulture, $"#{indent}{list.Name}:\n");
        var lead = "- ";
        foreach (var field in SettingModel.Of(list.ValueType).All)
        {
            AppendProse(text, indent + "    ", Prose(field) + (field.IsRequired ? " Required." : ""));
            text.Append(CultureInfo.InvariantCulture, $"#{indent}  {lead}{field.Name}: {Value(field)}\n");
            lead = "  ";
        }
    }

    static string Prose(SettingDescription setting) =>
        setting.Allowed == SettingWords.AnyText ? setting.Summary : $"{setting.Summary} Allowed: {setting.Allowed}.";

    static string Value(SettingDescription setting)
    {
        if (setting.IsList)
            return setting.Standard is IReadOnlyList<string> { Count: > 0 } list ? $"[{string.Join(", ", list)}]" : $"[{setting.Example}]";
        return setting.Standard is null or "" ? setting.Example ?? "" : SettingWords.ShowWithUnit(setting, setting.Standard)!;
    }

    static void AppendProse(StringBuilder text, string indent, string prose)
    {
        var line = new StringBuilder("##").Append(indent);
        foreach (var word in prose.Split(' '))
        {
            if (line.Length + 1 + word.Length > Width)
            {
                text.Append(line).Append('\n');
                line.Clear().Append("##").Append(indent);
            }

            line.Append(' ').Append(word);
        }

        text.Append(line).Append('\n');
    }
}
