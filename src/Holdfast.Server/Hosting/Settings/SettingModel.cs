using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>The settings of a type, in the order of its properties, grouped as in a file. Made once for each type.</summary>
public sealed class SettingModel
{
    static readonly ConcurrentDictionary<Type, SettingModel> Models = new();

    SettingModel(string path, string summary, Type type, IReadOnlyList<PropertyInfo> owners, object instance)
    {
        Path = path;
        Summary = summary;
        var settings = new List<SettingDescription>();
        var groups = new List<SettingModel>();
        foreach (var property in type.GetProperties())
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var at = path.Length == 0 ? name : $"{path}.{name}";
            if (property.GetCustomAttribute<SettingAttribute>() is { } setting)
                settings.Add(new SettingDescription(at, property, setting, owners, instance));
            else if (property.GetCustomAttribute<SettingGroupAttribute>() is { } group)
                groups.Add(new SettingModel(at, group.Summary, property.PropertyType, [.. owners, property], property.GetValue(instance)!));
        }

        Settings = settings;
        Groups = groups;
        All = [.. settings, .. groups.SelectMany(group => group.All)];
    }

    /// <summary>The model of <see cref="HoldfastSettings"/>.</summary>
    public static SettingModel Root => Of(typeof(HoldfastSettings));

    /// <summary>Empty at the root.</summary>
    public string Path { get; }

    public string Summary { get; }

    /// <summary>The settings of this level.</summary>
    public IReadOnlyList<SettingDescription> Settings { get; }

    /// <summary>The groups of this level.</summary>
    public IReadOnlyList<SettingModel> Groups { get; }

    /// <summary>The settings of this level and of all below.</summary>
    public IReadOnlyList<SettingDescription> All { get; }

    /// <summary>The last segment of <see cref="Path"/>.</summary>
    public string Name => Path[(Path.LastIndexOf('.') + 1)..];

    public static SettingModel Of(Type type) =>
        Models.GetOrAdd(type, static type => new SettingModel("", "", type, [], Activator.CreateInstance(type)!));

    public SettingDescription? Find(string path) => All.FirstOrDefault(setting => setting.Path == path);
}
