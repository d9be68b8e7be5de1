using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using Holdfast.Server.Hosting.Listeners;
using Holdfast.Server.Hosting.Target;
using Holdfast.TestKit;
using Holdfast.TestKit.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

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
        // It ends after the line is written.
        await Eventually.HoldsAsync(() => ended.Any(IsOurs), "the span's end");
        var span = Assert.Single(ended, IsOurs);
        Assert.Equal((Trace, "b7ad6b7169203331", "Live"), (span.TraceId.ToHexString(), span.ParentSpanId.ToHexString(), span.DisplayName));
        Assert.Equal(200, span.GetTagItem("http.response.status_code"));

        bool IsOurs(Activity span) => Equals(span.GetTagItem("holdfast.request_id"), id);
    }

    [Theory]
    [InlineData($"cc-{Trace}-b7ad6b7169203331-01", true)]
    [InlineData($"cc-{Trace}-b7ad6b7169203331-01-what-the-future-brings", true)]
    [InlineData($"cc-{Trace}-b7ad6b7169203331-01.what", false)]
    [InlineData($"00-{Trace}-b7ad6b7169203331-01-what", false)]
    [InlineData($"ff-{Trace}-b7ad6b7169203331-01", false)]
    public async Task A_later_version_is_read_as_far_as_it_is_known(string traceparent, bool isRead)
    {
        var log = new LogCapture();
        await using var server = await ServerFixture.StartAsync(new ServerOptions { Log = log });
        using var request = new HttpRequestMessage(HttpMethod.Get, "livez");
        request.Headers.Add("traceparent", traceparent);

        using var answer = await server.Client.SendAsync(request);

        var line = await log.FindAccessAsync(Assert.Single(answer.Headers.GetValues("x-amz-request-id")));
        Assert.Equal(isRead, line.GetProperty("trace_id").GetString() == Trace);
    }

    [Theory]
    [InlineData("http", "/v1/traces", "/v1/metrics")]
    [InlineData(
        "grpc",
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export")]
    public async Task Spans_and_metrics_reach_the_collector_that_is_set(string transport, string traces, string metrics)
    {
        var received = new Received();
        await using var collector = await ServerFixture.StartAsync(new ServerOptions
        {
            Tls = false,
            HostOnly = true,
            Settings = settings => settings with { Doors = settings.Doors with { Cas = true } },
            Map = app => app.MapPost("/s3/object", (RequestDelegate)received.TakeAsync),
        });
        var listeners = collector.Services.GetRequiredService<BoundListeners>();

        // A process of its own: within one, the exporter would join the instruments of all servers, and lose them with the first that ends.
        using var directory = new TestDirectory();
        await using var server = await HoldfastProcess.StartAsync(
            ["--data", directory.Path, "--http", "127.0.0.1:0"],
            new Dictionary<string, string>
            {
                ["HOLDFAST_TELEMETRY_OTLP_ENDPOINT"] = (transport == "grpc" ? listeners.Grpc : listeners.Http).ToString(),
                ["HOLDFAST_TELEMETRY_OTLP_TRANSPORT"] = transport,
                ["HOLDFAST_TELEMETRY_SERVICE_NAME"] = "holdfast-under-test",
                ["HOLDFAST_TELEMETRY_METRICS_INTERVAL"] = "1s",
            });
        using var client = new HttpClient();
        await client.GetAsync(new Uri(server.BaseAddress, "livez"));

        Assert.Contains("holdfast-under-test", await received.FindAsync(traces, "holdfast.request_id"), StringComparison.Ordinal);
        Assert.Contains("holdfast-under-test", await received.FindAsync(metrics, "holdfast.request.duration"), StringComparison.Ordinal);
    }

    /// <summary>A collector that keeps what it was sent, by path.</summary>
    sealed class Received
    {
        static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

        readonly Channel<(string Path, string Body)> _exports = Channel.CreateUnbounded<(string, string)>();

        public async Task TakeAsync(HttpContext context)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _exports.Writer.TryWrite((RequestTarget.Of(context).RawPath, Encoding.Latin1.GetString(body.ToArray())));
        }

        /// <summary>The first export to the path that holds the text, once it is there; those before it are passed over.</summary>
        public async Task<string> FindAsync(string path, string text)
        {
            using var limit = new CancellationTokenSource(Patience);
            while (true)
            {
                var export = await _exports.Reader.ReadAsync(limit.Token);
                if (export.Path == path && export.Body.Contains(text, StringComparison.Ordinal))
                    return export.Body;
            }
        }
    }
}
