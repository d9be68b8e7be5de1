using System.Diagnostics;
using Holdfast.Server.Hosting.Observe;
using Holdfast.Server.Hosting.Target;

namespace Holdfast.Server.Hosting.Telemetry;

/// <summary>One span for each request, in the caller's W3C trace. Costs nothing while nobody listens.</summary>
sealed class RequestSpans : IDisposable
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "Holdfast.Server";

    readonly ActivitySource _source = new(SourceName);

    /// <summary>The trace that the caller's <c>traceparent</c> names; null: none, or not one by W3C Trace Context.</summary>
    public static ActivityContext? Parent(HttpContext context)
    {
        var header = context.Request.Headers.TraceParent;
        if (header.Count != 1)
            return null;
        return ActivityContext.TryParse(AsVersion00(header[0]), context.Request.Headers.TraceState, isRemote: true, out var parent)
            ? parent
            : null;
    }

    /// <summary>
    /// Of a later version, what version 00 has of it: the fields behind it are not for us (W3C Trace Context, "Versioning of traceparent").
    /// </summary>
    static string? AsVersion00(string? header)
    {
        const int Length = 55;
        if (header is null || header.Length < Length || header.StartsWith("00", StringComparison.Ordinal))
            return header;
        var isLater = char.IsAsciiHexDigitLower(header[0]) && char.IsAsciiHexDigitLower(header[1]) && header[..2] != "ff";
        return isLater && (header.Length == Length || header[Length] == '-') ? $"00{header[2..Length]}" : null;
    }

    /// <summary>Null when nobody listens or the trace is not sampled.</summary>
    public Activity? Start(HttpContext context, ActivityContext? parent) =>
        _source.HasListeners() ? _source.StartActivity(context.Request.Method, ActivityKind.Server, parent ?? default) : null;

    public static void End(Activity span, RequestRecord request)
    {
        span.DisplayName = request.Operation.Name;
        if (span.IsAllDataRequested)
        {
            span.SetTag("http.request.method", request.Method);
            span.SetTag("http.response.status_code", request.Status);
            span.SetTag("holdfast.door", request.Operation.Door.Name());
            span.SetTag("holdfast.operation", request.Operation.Name);
            span.SetTag("holdfast.request_id", request.Id);
            if (request.ErrorCode is not null)
                span.SetTag("error.type", request.ErrorCode);
            if (request.Status >= StatusCodes.Status500InternalServerError)
                span.SetStatus(ActivityStatusCode.Error);
        }

        span.Dispose();
    }

    public void Dispose() => _source.Dispose();
}
