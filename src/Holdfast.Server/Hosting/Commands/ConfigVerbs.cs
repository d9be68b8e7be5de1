using Holdfast.Server.Hosting.Settings;

namespace Holdfast.Server.Hosting.Commands;

/// <summary><c>holdfastd config …</c>.</summary>
static class ConfigVerbs
{
    public static async Task<int> SchemaAsync(Invocation invocation)
    {
        await invocation.Output.WriteLineAsync(SettingsSchema.Build().ToJsonString(ReadableJson.Options));
        return 0;
    }

    public static async Task<int> ShowAsync(Invocation invocation)
    {
        var loaded = invocation.LoadSettings();
        var text = invocation.Format switch
        {
            "json" => SettingsShow.Json(loaded).ToJsonString(ReadableJson.Options) + "\n",
            null or "text" or "yaml" => SettingsShow.Yaml(loaded),
            var other => throw new UsageException($"--output is '{other}'; allowed: yaml, json"),
        };
        await invocation.Output.WriteAsync(text);
        return 0;
    }

    public static async Task<int> CheckAsync(Invocation invocation)
    {
        var loaded = invocation.LoadSettings();
        await invocation.Output.WriteLineAsync($"The settings are right; {loaded.Origins.Count} of {SettingModel.Root.All.Count} are set.");
        return 0;
    }

    public static async Task<int> DocsAsync(Invocation invocation)
    {
        await invocation.Output.WriteAsync(SettingsDocs.Markdown());
        return 0;
    }

    public static async Task<int> SampleAsync(Invocation invocation)
    {
        await invocation.Output.WriteAsync(SettingsSample.Yaml());
        return 0;
    }
}
