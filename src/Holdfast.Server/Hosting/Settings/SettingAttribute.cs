namespace Holdfast.Server.Hosting.Settings;

/// <summary>
/// Describes one setting, once: parsing, validation, the JSON schema, <c>config show</c>, the environment variable's name and the
/// documentation are all derived from this attribute, the property's type and its initial value.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string summary) : Attribute
{
    /// <summary>What the setting does, in sentences.</summary>
    public string Summary { get; } = summary;

    /// <summary>How the text is read when the property's type does not say it.</summary>
    public SettingKind Kind { get; init; }

    /// <summary>Smallest allowed value, in the property's unit (durations: seconds; texts: characters).</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>Largest allowed value, in the property's unit (durations: seconds; texts: characters).</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>A value to show where the setting has none of its own.</summary>
    public string? Example { get; init; }

    /// <summary>The value is never printed.</summary>
    public bool Secret { get; init; }

    /// <summary>The value must be given (entries of lists only).</summary>
    public bool Required { get; init; }
}
