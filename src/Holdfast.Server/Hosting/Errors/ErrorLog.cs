namespace Holdfast.Server.Hosting.Errors;

/// <summary>Messages 1100 to 1199.</summary>
static partial class ErrorLog
{
    [LoggerMessage(1100, LogLevel.Error, "request {RequestId} ({Method}) failed")]
    public static partial void Fault(this ILogger log, Exception fault, string requestId, string method);
}
