namespace Holdfast.Server.Hosting.Life;

/// <summary>
/// The server cannot start, for a reason that its operator can change. The message is one sentence for them. Exit code 1.
/// </summary>
public sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);
