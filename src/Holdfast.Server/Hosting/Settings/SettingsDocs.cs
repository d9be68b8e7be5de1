using System.Globalization;
using System.Text;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>The text of docs/operate/settings.md.</summary>
static class SettingsDocs
{
    public static string Markdown()
    {
        var text = new StringBuilder("""
            # Settings

            <!-- Made by `make generate` from the settings' own descriptions. Edit those, not this page. -->

            Settings come from defaults, a YAML or JSON file (`--config FILE` or `HOLDFAST_CONFIG`), environment variables and flags; each
            source overrides the ones before it. An unknown or wrong setting stops the start with its path and what is allowed.
            `holdfastd config check` checks, `holdfastd config show` prints what is in effect and where it comes from, and
            `holdfastd config schema` prints a JSON schema for editors. `config/config.yaml` lists every setting with its default.

            In a variable a list is separated by commas, and `users` is a YAML or JSON list. Variables that begin with `HOLDFAST_TEST_`,
            `HOLDFAST_BENCH_`, `HOLDFAST_CLI_`, `HOLDFAST_PORT` or `HOLDFAST_SERVICE_` are no settings and are ignored (Kubernetes sets the
            last two beside a service called `holdfast`); any other unknown `HOLDFAST_…` variable stops the start.


            """.ReplaceLineEndings("\n"));
        AppendTable(text, SettingModel.Root, "General");
        foreach (var group in SettingModel.Root.Groups)
            AppendTable(text, group, group.Path);
        AppendEntries(text);
        return text.ToString();
    }

    static void AppendTable(StringBuilder text, SettingModel model, string title)
    {
        text.Append(CultureInfo.InvariantCulture, $"## {title}\n\n");
        if (model.Summary.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"{model.Summary}\n\n");
        text.Append("| setting | variable | default | allowed | what it does |\n|---|---|---|---|---|\n");
        foreach (var setting in model.Settings)
            AppendRow(text, $"`{setting.Path}`", $"`{setting.EnvironmentName}`", Standard(setting), setting.Allowed, setting.Summary);
        text.Append('\n');
    }

    static void AppendEntries(StringBuilder text)
    {
        foreach (var list in SettingModel.Root.All.Where(setting => setting.Kind == SettingKind.Entries))
        {
            text.Append(CultureInfo.InvariantCulture, $"## Entries of {list.Path}\n\n");
            text.Append("| field | default | allowed | what it does |\n|---|---|---|---|\n");
            foreach (var field in SettingModel.Of(list.ValueType).All)
                AppendRow(text, $"`{field.Path}`", field.IsRequired ? "required" : Standard(field), field.Allowed, field.Summary);
            text.Append('\n');
        }
    }

    static string Standard(SettingDescription setting) => setting switch
    {
        { IsList: true, Standard: IReadOnlyList<string> { Count: > 0 } list } => $"`[{string.Join(", ", list)}]`",
        { IsList: true } => "none",
        _ when SettingWords.ShowWithUnit(setting, setting.Standard) is { } value => $"`{value}`",
        _ => "none",
    };

    static void AppendRow(StringBuilder text, params ReadOnlySpan<string> cells)
    {
        foreach (var cell in cells)
            text.Append("| ").Append(cell.Replace("|", "\\|", StringComparison.Ordinal)).Append(' ');
        text.Append("|\n");
    }
}
