namespace Holdfast.Server.Hosting.Settings;

/// <summary>Checked settings and where each came from.</summary>
/// <param name="Origins">By path; a path that is absent has its default.</param>
public sealed record LoadedSettings(HoldfastSettings Settings, IReadOnlyDictionary<string, string> Origins);
