using Holdfast.Server.Hosting.Bodies;
using Holdfast.Server.Hosting.Telemetry;

namespace Holdfast.Server.Hosting.Observe;

/// <summary>The outermost layer: from here on the request has a name, and what becomes of it is remembered.</summary>
sealed class ObserveMiddleware(RequestDelegate next, RequestObserver observer, RequestSpans spans, StallWatch watch, TimeProvider clock)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var started = clock.GetTimestamp();
        var parent = RequestSpans.Parent(context);
        var span = spans.Start(context, parent);
        var record = observer.Begin(context, span?.Context ?? parent);
        var sent = context.CountResponse();
        var received = context.WatchRequest(watch, clock);
        try
        {
            await next(context);
        }
        finally
        {
            record.BytesIn = received?.BytesRead ?? 0;
            record.BytesOut = sent.BytesWritten;
            record.Elapsed = clock.GetElapsedTime(started);
            observer.End(context, record);
            if (span is not null)
                RequestSpans.End(span, record);
        }
    }
}
