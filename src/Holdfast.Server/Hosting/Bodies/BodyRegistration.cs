using Microsoft.AspNetCore.Http.Features;

namespace Holdfast.Server.Hosting.Bodies;

static class BodyRegistration
{
    public static IServiceCollection AddBodies(this IServiceCollection services) => services.AddSingleton<StallWatch>();

    /// <summary>Counts what is written as the answer's body.</summary>
    public static ResponseBody CountResponse(this HttpContext context)
    {
        var body = new ResponseBody(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        context.Features.Set<IHttpResponseBodyFeature>(body);
        return body;
    }

    /// <summary>Watches over the request's body; null when it has none.</summary>
    public static RequestBody? WatchRequest(this HttpContext context, StallWatch watch, TimeProvider clock)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            return null;
        var body = new RequestBody(context.Request.BodyReader, context.Request.ContentLength, watch);
        context.Features.Set<IRequestBodyPipeFeature>(body);
        context.Request.Body = body.AsStream(leaveOpen: true);
        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
            context.Response.OnStarting(UnreadBody.SettleAsync, new UnreadBody(context, body, clock));
        return body;
    }
}
