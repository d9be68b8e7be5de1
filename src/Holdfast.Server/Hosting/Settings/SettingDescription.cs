using System.Reflection;
using Holdfast.Server.Hosting.Listeners;

namespace Holdfast.Server.Hosting.Settings;

/// <summary>One setting: its path, how its text is read, what is allowed, and how to reach it in <see cref="HoldfastSettings"/>.</summary>
public sealed class SettingDescription
{
    readonly SettingAttribute _attribute;
    readonly PropertyInfo _property;
    readonly IReadOnlyList<PropertyInfo> _owners;

    internal SettingDescription(
        string path, PropertyInfo property, SettingAttribute attribute, IReadOnlyList<PropertyInfo> owners, object owner)
    {
        Path = path;
        _property = property;
        _attribute = attribute;
        _owners = owners;
        IsList = property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);
        ValueType = IsList ? property.PropertyType.GetGenericArguments()[0] : property.PropertyType;
        Kind = attribute.Kind == SettingKind.ByType ? KindOf(ValueType) : attribute.Kind;
        Standard = property.GetValue(owner);
    }

    /// <summary>As written in a file: <c>s3.maxPutBytes</c>.</summary>
    public string Path { get; }

    /// <summary>The last segment of <see cref="Path"/>.</summary>
    public string Name => Path[(Path.LastIndexOf('.') + 1)..];

    public string Summary => _attribute.Summary;

    public SettingKind Kind { get; }

    public bool IsList { get; }

    /// <summary>The type of the value, or of an entry of the list.</summary>
    public Type ValueType { get; }

    /// <summary>The value when no source gives one; null when there is none.</summary>
    public object? Standard { get; }

    public double Min => _attribute.Min;

    public double Max => _attribute.Max;

    public bool IsSecret => _attribute.Secret;

    public bool IsRequired => _attribute.Required;

    public string? Example => _attribute.Example;

    public string EnvironmentName => EnvironmentNames.Of(Path);

    /// <summary>The names a <see cref="SettingKind.Choice"/> or <see cref="SettingKind.Switch"/> takes; otherwise empty.</summary>
    public IReadOnlyList<string> Choices => Kind switch
    {
        SettingKind.Switch => ["on", "off"],
        SettingKind.Choice => [.. Enum.GetNames(ValueType).Select(name => name.ToLowerInvariant())],
        _ => [],
    };

    /// <summary>What may be written, in words.</summary>
    public string Allowed => SettingWords.Allowed(this);

    public object? Get(HoldfastSettings settings) => _property.GetValue(OwnerIn(settings));

    /// <summary>The value in an entry of a list, for the settings that describe entries.</summary>
    public object? GetFrom(object owner) => _property.GetValue(owner);

    internal void Set(object root, object? value) => _property.SetValue(OwnerIn(root), value);

    object OwnerIn(object root)
    {
        foreach (var owner in _owners)
            root = owner.GetValue(root)!;
        return root;
    }

    static SettingKind KindOf(Type type) => type switch
    {
        _ when type == typeof(string) => SettingKind.Text,
        _ when type == typeof(bool) => SettingKind.Switch,
        _ when type.IsEnum => SettingKind.Choice,
        _ when type == typeof(TimeSpan) => SettingKind.Duration,
        _ when type == typeof(int) || type == typeof(long) => SettingKind.Count,
        _ when type == typeof(double) => SettingKind.Ratio,
        _ when type == typeof(ListenAddress) => SettingKind.Address,
        _ => throw new NotSupportedException($"settings have no form for {type}"),
    };
}
