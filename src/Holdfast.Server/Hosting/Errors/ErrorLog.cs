using Holdfast.Protocol.Errors;

namespace Holdfast.Server.Hosting.Errors;

/// <summary>Messages 1100 to 1199.</summary>
static partial class ErrorLog
{
    [LoggerMessage(1100, LogLevel.Error, "request {RequestId} ({Method}) failed")]
    public static partial void Fault(this ILogger log, Exception fault, string requestId, string method);

    [LoggerMessage(1101, LogLevel.Warning, "requests are refused with 503 ({Error}; {Unsaid} more since this was last said): {Cause}")]
    public static partial void Outage(this ILogger log, StoreError error, long unsaid, string cause);
}
