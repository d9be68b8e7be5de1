namespace Holdfast.Server.Hosting.Commands;

/// <summary>The command line cannot be understood. The message is one sentence. Exit code 2.</summary>
sealed class UsageException(string message) : Exception(message);
