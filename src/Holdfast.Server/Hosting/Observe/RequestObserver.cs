using System.Diagnostics;
using Holdfast.Server.Hosting.Logging;
using Holdfast.Server.Hosting.Metrics;
using Holdfast.Server.Hosting.Settings;
using Holdfast.Server.Hosting.Target;
using Microsoft.AspNetCore.Http.Features;

namespace Holdfast.Server.Hosting.Observe;

/// <summary>Names each request, and counts and logs it when it has ended. Thread safe.</summary>
sealed class RequestObserver(
    RequestIdentity identity, RequestMetrics metrics, LineWriter lines, HoldfastSettings settings, TimeProvider clock)
{
    /// <summary>The client closed the connection before its answer: nginx's word for it, which operators know.</summary>
    const int ClientClosedRequest = 499;

    readonly CallerAddress _caller = new(settings.Proxies);
    readonly bool _logs = settings.Logging.Access;

    public RequestRecord Begin(HttpContext context, ActivityContext? parent)
    {
        var id = identity.Next();
        var record = new RequestRecord
        {
            Id = RequestIdentity.RequestId(id),
            TraceId = parent?.TraceId.ToHexString() ?? identity.TraceId(id),
            Time = clock.GetUtcNow(),
            Method = context.Request.Method,
            RawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            Remote = _caller.Of(context),
        };
        context.Features.Set(record);
        context.TraceIdentifier = record.Id;
        RequestIdentity.Stamp(context);
        metrics.Begin();
        return record;
    }

    public void End(HttpContext context, RequestRecord record)
    {
        record.Operation = context.GetEndpoint()?.Metadata.GetMetadata<OperationMetadata>()
            ?? OperationMetadata.Unmatched[(int)RequestTarget.Of(context).Door];
        record.Status = record.AbortedByClient ? ClientClosedRequest : context.Response.StatusCode;
        metrics.End(record);
        if (_logs)
            lines.Write(new AccessLine(record));
    }
}
