namespace Holdfast.Server.Hosting.Settings;

/// <summary>
/// A setting is unknown or wrong. The message names its path, the value (never a secret) and what is allowed. Stops the start: exit code 2.
/// </summary>
public sealed class SettingsException(string message, Exception? inner = null) : Exception(message, inner);
