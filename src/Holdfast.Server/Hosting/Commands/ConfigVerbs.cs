using System.Text.Json.Nodes;
using Holdfast.Server.Hosting.Life;
using Holdfast.Server.Hosting.Listeners;
using Holdfast.Server.Hosting.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Server.Hosting.Commands;

/// <summary><c>holdfastd config …</c>.</summary>
static class ConfigVerbs
{
    public static async Task<int> SchemaAsync(Invocation invocation)
    {
        if (invocation.Format is not (null or "json"))
            throw new UsageException($"--output is '{invocation.Format}'; allowed: json");
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
        var asJson = invocation.Format switch
        {
            "json" => true,
            null or "text" => false,
            var other => throw new UsageException($"--output is '{other}'; allowed: text, json"),
        };
        try
        {
            var loaded = invocation.LoadSettings();
            TlsCertificate.Load(loaded.Settings.Tls, TimeProvider.System, NullLogger<TlsCertificate>.Instance);
            await invocation.Output.WriteLineAsync(
                asJson ? "{\"valid\":true}" : $"The settings are right; {loaded.Origins.Count} of {SettingModel.Root.All.Count} are set.");
            return 0;
        }
        catch (Exception wrong) when (asJson && wrong is SettingsException or StartException)
        {
            var answer = new JsonObject { ["valid"] = false, ["error"] = wrong.Message };
            await invocation.Output.WriteLineAsync(answer.ToJsonString(ReadableJson.Options));
            return Verbs.Misused;
        }
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
