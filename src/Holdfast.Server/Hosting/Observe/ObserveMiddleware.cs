using Microsoft.AspNetCore.Http.Features;

namespace Holdfast.Server.Hosting.Observe;

/// <summary>The outermost layer: names the request and remembers what became of it.</summary>
sealed class ObserveMiddleware(RequestDelegate next, RequestIdentity identity, TimeProvider clock)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var id = identity.Next();
        var record = new RequestRecord
        {
            Id = RequestIdentity.RequestId(id),
            TraceId = identity.TraceId(id),
            Time = clock.GetUtcNow(),
            Method = context.Request.Method,
            RawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            Remote = context.Connection.RemoteIpAddress,
        };
        context.Features.Set(record);
        context.TraceIdentifier = record.Id;
        RequestIdentity.Stamp(context);
        await next(context);
    }
}
