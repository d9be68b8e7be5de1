using Holdfast.Server.Hosting.Settings;

namespace Holdfast.Server.Hosting.Commands;

/// <summary>A verb with its flags, and where it writes.</summary>
/// <param name="Flags">By the flag's name without its dashes.</param>
sealed record Invocation(IReadOnlyDictionary<string, string> Flags, TextWriter Output)
{
    /// <summary><c>text</c>, <c>json</c> or <c>yaml</c>; null when not asked.</summary>
    public string? Format => Flags.GetValueOrDefault("output");

    /// <summary>The settings from the file, the environment and the flags.</summary>
    /// <exception cref="SettingsException">One is unknown or wrong.</exception>
    public LoadedSettings LoadSettings()
    {
        var settings = new Dictionary<string, SettingNode>(StringComparer.Ordinal);
        foreach (var flag in Flag.All)
        {
            if (flag.Setting is not null && Flags.TryGetValue(flag.Name, out var value))
                settings[flag.Setting] = SettingNode.Of(value, $"--{flag.Name}");
        }

        return SettingsLoader.Load(Flags.GetValueOrDefault("config"), Variables(), settings);
    }

    static Dictionary<string, string> Variables()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        return variables;
    }
}
