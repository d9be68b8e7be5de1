namespace Holdfast.Server.Hosting.Settings;

/// <summary>Gathers settings from their sources, in rising order: defaults, file, environment, flags; and checks them.</summary>
public sealed class SettingsLoader
{
    readonly HoldfastSettings _settings = new();
    readonly Dictionary<string, string> _origins = new(StringComparer.Ordinal);

    /// <param name="file">YAML or JSON; null: none.</param>
    /// <param name="environment">All variables of the process; those not beginning with <c>HOLDFAST_</c> are ignored.</param>
    /// <param name="flags">By path of the setting.</param>
    /// <exception cref="SettingsException">A setting is unknown or wrong.</exception>
    public static LoadedSettings Load(
        string? file, IReadOnlyDictionary<string, string> environment, IReadOnlyDictionary<string, SettingNode> flags)
    {
        var loader = new SettingsLoader();
        file ??= environment.GetValueOrDefault(EnvironmentNames.ConfigFile);
        if (!string.IsNullOrEmpty(file))
            loader.TakeMap(SettingModel.Root, SettingsFile.Load(file));
        loader.TakeEnvironment(environment);
        foreach (var (path, node) in flags)
            loader.Take(SettingModel.Root.Find(path)!, node);
        SettingsRules.CheckVersion(loader._settings);
        SettingsRules.Check(loader._settings);
        return new LoadedSettings(loader._settings, loader._origins);
    }

    /// <summary>Reads a file alone.</summary>
    public static LoadedSettings LoadFile(string file) =>
        Load(file, new Dictionary<string, string>(), new Dictionary<string, SettingNode>());

    void TakeMap(SettingModel model, SettingNode node)
    {
        if (node.IsNothing)
            return;
        if (node.Members is null)
            throw new SettingsException($"{(model.Path.Length == 0 ? "the file" : model.Path)} ({node.Origin}) must be a map of settings");
        foreach (var (name, value) in node.Members)
        {
            if (model.Settings.FirstOrDefault(setting => setting.Name == name) is { } setting)
                Take(setting, value);
            else if (model.Groups.FirstOrDefault(group => group.Name == name) is { } group)
                TakeMap(group, value);
            else
                throw Unknown(model, name, value.Origin);
        }
    }

    static SettingsException Unknown(SettingModel model, string name, string origin)
    {
        var path = model.Path.Length == 0 ? name : $"{model.Path}.{name}";
        return SettingNames.Unknown(
            path, origin, model.Settings.Select(setting => setting.Path).Concat(model.Groups.Select(group => group.Path)));
    }

    void TakeEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        foreach (var (name, text) in environment)
        {
            if (!name.StartsWith(EnvironmentNames.Prefix, StringComparison.Ordinal) || EnvironmentNames.IsForeign(name))
                continue;
            var setting = SettingModel.Root.All.FirstOrDefault(setting => setting.EnvironmentName == name)
                ?? throw SettingNames.Unknown(name, "environment", SettingModel.Root.All.Select(setting => setting.EnvironmentName));
            if (text.Length > 0)
                Take(setting, SettingNode.Of(text, name));
        }
    }

    void Take(SettingDescription setting, SettingNode node)
    {
        if (node.IsNothing)
            return;
        setting.Set(_settings, SettingReader.Read(setting, node, setting.Path));
        _origins[setting.Path] = node.Origin;
    }
}
