namespace Holdfast.Server.Hosting.Listeners;

/// <summary>Messages 1000 to 1099.</summary>
static partial class ListenerLog
{
    [LoggerMessage(1000, LogLevel.Information, "the certificate {File} was read again")]
    public static partial void CertificateReloaded(this ILogger log, string file);

    [LoggerMessage(1001, LogLevel.Warning, "the certificate {File} has changed but cannot be used; the former one stays")]
    public static partial void CertificateNotReloaded(this ILogger log, Exception fault, string file);
}
