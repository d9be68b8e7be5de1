using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Holdfast.Server.Hosting.Settings;
using Holdfast.TestKit.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Server.Tests.Hosting.Telemetry;

public sealed class TelemetryTests
{
    const string Trace = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task A_request_is_a_span_in_the_callers_trace()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Holdfast.Server",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var log = new LogCapture();
        await using var server = await ServerFixture.StartAsync(new ServerOptions { Log = log });
        using var request = new HttpRequestMessage(HttpMethod.Get, "livez");
        request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");

        using var answer = await server.Client.SendAsync(request);
        var id = Assert.Single(answer.Headers.GetValues("x-amz-request-id"));
        var line = await log.FindAccessAsync(id);

        Assert.Equal(Trace, line.GetProperty("trace_id").GetString());
        var span = Assert.Single(ended, span => Equals(span.GetTagItem("holdfast.request_id"), id));
        Assert.Equal((Trace, "b7ad6b7169203331", "Live"), (span.TraceId.ToHexString(), span.ParentSpanId.ToHexString(), span.DisplayName));
        Assert.Equal(200, span.GetTagItem("http.response.status_code"));
    }

    [Fact]
    public async Task Spans_and_metrics_reach_the_collector_that_is_set()
    {
        var received = new ConcurrentDictionary<string, string>();
        await using var collector = await ServerFixture.StartAsync(new ServerOptions
        {
            Tls = false,
            Map = app => app.MapPost("/s3/object", (RequestDelegate)(context => TakeAsync(context, received))),
        });

        await using (var server = await ServerFixture.StartAsync(new ServerOptions
        {
            Settings = settings => settings with
            {
                Telemetry = new TelemetrySettings
                {
                    OtlpEndpoint = collector.BaseAddress.ToString(),
                    OtlpTransport = OtlpTransport.Http,
                    ServiceName = "holdfast-under-test",
                },
            },
        }))
        {
            await server.Client.GetAsync("livez");
        }

        Assert.Contains("holdfast-under-test", received["/v1/traces"], StringComparison.Ordinal);
        Assert.Contains("holdfast.request_id", received["/v1/traces"], StringComparison.Ordinal);
        Assert.Contains("holdfast.request.duration", received["/v1/metrics"], StringComparison.Ordinal);
    }

    static async Task TakeAsync(HttpContext context, ConcurrentDictionary<string, string> received)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var path = Holdfast.Server.Hosting.Target.RequestTarget.Of(context).RawPath;
        received.AddOrUpdate(path, _ => Encoding.Latin1.GetString(body.ToArray()), (_, before) => before + Encoding.Latin1.GetString(body.ToArray()));
    }
}
