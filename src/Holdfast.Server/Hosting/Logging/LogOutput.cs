namespace Holdfast.Server.Hosting.Logging;

/// <summary>Where the lines of the log go: standard output, except in tests. Registered as a singleton.</summary>
public sealed record LogOutput(Stream Stream);
