using Holdfast.Server.Hosting.Listeners;
using Holdfast.Server.Hosting.Settings;
using Microsoft.Extensions.Logging.Abstractions;

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
        var asJson = invocation.Format switch
        {
            "json" => true,
            null or "text" => false,
            var other => throw new UsageException($"--output is '{other}'; allowed: text, json"),
        };
        var loaded = invocation.LoadSettings();
        CheckFile("tls.cert", loaded.Settings.Tls.Cert);
        CheckFile("tls.key", loaded.Settings.Tls.Key);
        TlsCertificate.Load(loaded.Settings.Tls, TimeProvider.System, NullLogger<TlsCertificate>.Instance);
        await invocation.Output.WriteLineAsync(
            asJson ? "{\"valid\":true}" : $"The settings are right; {loaded.Origins.Count} of {SettingModel.Root.All.Count} are set.");
        return 0;
    }

    static void CheckFile(string path, string? file)
    {
        if (file is not null && !File.Exists(file))
            throw new SettingsException($"{path} is '{file}', which is not there; allowed: a PEM file");
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
