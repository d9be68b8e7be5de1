namespace Holdfast.Server.Hosting.Settings;

/// <summary>Says what the settings of a group have in common.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingGroupAttribute(string summary) : Attribute
{
    public string Summary { get; } = summary;
}
