namespace Holdfast.Server.Hosting.Settings;

/// <summary>
/// A value as a source gave it: a text, a list, a map, or nothing at all. <paramref name="Origin"/> tells where it stands
/// (<c>holdfast.yaml line 3</c>, <c>HOLDFAST_HTTP</c>, <c>--http</c>).
/// </summary>
public sealed record SettingNode(string Origin)
{
    public string? Text { get; init; }

    public IReadOnlyList<SettingNode>? Items { get; init; }

    public IReadOnlyList<KeyValuePair<string, SettingNode>>? Members { get; init; }

    /// <summary>A key without a value: the setting keeps its default.</summary>
    public bool IsNothing => Text is null && Items is null && Members is null;

    public static SettingNode Of(string text, string origin) => new(origin) { Text = text };
}
