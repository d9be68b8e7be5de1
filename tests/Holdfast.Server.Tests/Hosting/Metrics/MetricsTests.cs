using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Holdfast.Server.Hosting.Listeners;
using Holdfast.Server.Hosting.Metrics;
using Holdfast.Server.Hosting.Settings;
using Holdfast.Server.Tests.S3;
using Holdfast.TestKit.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Server.Tests.Hosting.Metrics;

public sealed class MetricsTests
{
    const string Label = "[a-zA-Z_]\\w*=\"([^\"\\\\\\n]|\\\\[\"\\\\n])*\"";
    const string Sample = $$"""^[a-zA-Z_:][a-zA-Z0-9_:]*(\{{{Label}}(,{{Label}})*\})? (-?[0-9.E+-]+|[+-]Inf|NaN)$""";

    [Fact]
    public async Task Requests_are_counted_by_door_operation_and_status()
    {
        await using var server = await ServerFixture.StartAsync(new ServerOptions { HostOnly = true });
        await server.Client.GetAsync("livez");
        await server.Client.GetAsync("livez");
        await server.Client.GetAsync("bucket/key");

        var text = await ReadAsync(server, "requests_total{door=\"s3\"");

        AssertHas("\n# TYPE holdfast_requests_total counter\n", text);
        AssertHas("\nholdfast_requests_total{door=\"system\",operation=\"Live\",status=\"200\"} 2\n", text);
        Assert.Contains(
            "\nholdfast_requests_total{door=\"s3\",operation=\"Unmatched\",status=\"404\"} 1\n", text);
        AssertHas("\n# TYPE holdfast_request_duration_seconds histogram\n", text);
        AssertHas("\nholdfast_request_duration_seconds_bucket{door=\"system\",operation=\"Live\",le=\"+Inf\"} 2\n", text);
        Assert.Contains(
            "\nholdfast_request_duration_seconds_count{door=\"system\",operation=\"Live\"} 2\n", text);
        AssertHas("\n# TYPE dotnet_gc_collections_total counter\n", text);
        AssertHas("\nkestrel_active_connections{", text);
        AssertHas("\nholdfast_requests_active 1\n", text);
        AssertWellFormed(text);
    }

    [Fact]
    public async Task Instruments_of_the_store_appear_with_their_unit_labels_and_help()
    {
        using var meter = new Meter("Holdfast.Test." + Guid.NewGuid());
        await using var server = await ServerFixture.StartAsync();
        var counter = meter.CreateCounter<long>("holdfast.test.bytes", "By", "Back\\slash and\nline");
        var gauge = meter.CreateUpDownCounter<int>("holdfast.test.level");
        var histogram = meter.CreateHistogram<double>(
            "holdfast.test.time", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2] });
        meter.CreateObservableGauge("holdfast.test.seen", () => 7.5);

        counter.Add(3, new KeyValuePair<string, object?>("odd", "quo\"te \\ and\nline"));
        counter.Add(4, new KeyValuePair<string, object?>("odd", "quo\"te \\ and\nline"));
        gauge.Add(5);
        gauge.Add(-2);
        histogram.Record(1);
        histogram.Record(1.5);
        histogram.Record(9);
        var text = await ReadAsync(server);

        AssertHas("# HELP holdfast_test_bytes_total Back\\\\slash and\\nline\n# TYPE holdfast_test_bytes_total counter\n", text);
        AssertHas("holdfast_test_bytes_total{odd=\"quo\\\"te \\\\ and\\nline\"} 7\n", text);
        AssertHas("# TYPE holdfast_test_level gauge\nholdfast_test_level 3\n", text);
        AssertHas("holdfast_test_seen 7.5\n", text);
        AssertHas(
            "holdfast_test_time_seconds_bucket{le=\"1\"} 1\nholdfast_test_time_seconds_bucket{le=\"2\"} 2\n"
            + "holdfast_test_time_seconds_bucket{le=\"+Inf\"} 3\n"
            + "holdfast_test_time_seconds_sum 11.5\nholdfast_test_time_seconds_count 3\n",
            text);
        AssertWellFormed(text);
    }

    [Fact]
    public async Task A_put_shows_in_the_families_of_the_catalog_and_of_ingest()
    {
        await using var server = await ServerFixture.StartAsync();
        await using var other = await ServerFixture.StartAsync();
        using var root = new S3Client(server);
        (await root.PutAsync("/measured")).ExpectOk();
        (await root.PutAsync("/measured/small", "small")).ExpectOk();
        (await root.PutAsync("/measured/large", new byte[100_000])).ExpectOk();

        var text = await ReadAsync(server, "holdfast_catalog_commit_duration_seconds");

        var engine = server.Settings.Catalog == CatalogAddress.Sqlite ? "sqlite" : "postgresql";
        AssertHas($"\nholdfast_catalog_transaction_duration_seconds_count{{engine=\"{engine}\",kind=\"write\"}} ", text);
        AssertHas($"\nholdfast_catalog_transaction_duration_seconds_count{{engine=\"{engine}\",kind=\"read\"}} ", text);
        AssertHas($"\nholdfast_catalog_commit_duration_seconds_count{{engine=\"{engine}\"}} ", text);
        if (engine == "sqlite")
        {
            AssertHas("\nholdfast_catalog_group_size_count{engine=\"sqlite\"} ", text);
            AssertHas("\nholdfast_catalog_queue_length{engine=\"sqlite\"} 0\n", text);
            AssertHas("\nholdfast_catalog_log_size_bytes{engine=\"sqlite\"} ", text);
        }

        AssertHas("\nholdfast_ingest_duration_seconds_count{kept=\"inline\"} ", text);
        AssertHas("\nholdfast_ingest_duration_seconds_count{kept=\"file\"} ", text);
        AssertWellFormed(text);
    }

    [Fact]
    public async Task Another_server_in_the_process_keeps_its_own_counts()
    {
        await using var one = await ServerFixture.StartAsync();
        await using var other = await ServerFixture.StartAsync();
        await one.Client.GetAsync("livez");

        Assert.DoesNotContain("operation=\"Live\"", await ReadAsync(other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_a_proxy_only_root_sees_them()
    {
        await using var server = await ServerFixture.StartAsync();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, null, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, "192.0.2.1", null));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(server, "192.0.2.1", "Basic ???"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(server, "192.0.2.1", "Bearer x"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(server, "192.0.2.1", Basic(ServerFixture.RootAccessKey, "wrong")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(server, "192.0.2.1", Basic("wrong", ServerFixture.RootSecretKey)));
        Assert.Equal(
            HttpStatusCode.OK, await StatusAsync(server, "192.0.2.1", Basic(ServerFixture.RootAccessKey, ServerFixture.RootSecretKey)));
    }

    [Fact]
    public async Task A_listener_of_their_own_serves_them_and_health_and_nothing_else()
    {
        await using var server = await ServerFixture.StartAsync(new ServerOptions
        {
            Settings = settings => settings with { Metrics = new MetricsSettings { Listen = ListenAddress.Parse("127.0.0.1:0") } },
        });
        using var metrics = new HttpClient { BaseAddress = server.Services.GetRequiredService<BoundListeners>().Metrics };

        Assert.Equal(HttpStatusCode.OK, (await metrics.GetAsync("metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await metrics.GetAsync("livez")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await metrics.GetAsync("bucket/key")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("metrics")).StatusCode);
    }

    [Theory]
    [InlineData("holdfast.request.duration", "s", "Histogram", "holdfast_request_duration_seconds")]
    [InlineData("a.seconds", "s", "Gauge", "a_seconds")]
    [InlineData("a-b.total", null, "Counter", "a_b_total")]
    [InlineData("9a", "{thing}", "Gauge", "_9a")]
    public void Names_follow_Prometheus(string instrument, string? unit, string type, string expected) =>
        Assert.Equal(expected, MetricNames.Family(instrument, unit, Enum.Parse<MetricType>(type)));

    static async Task<string> ReadAsync(ServerFixture server, string until = "")
    {
        // A request is counted after its answer was sent: ask until it is.
        for (var i = 0; ; i++)
        {
            using var answer = await server.Client.GetAsync("metrics");
            var text = await answer.Content.ReadAsStringAsync();
            Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
            if (i == 100 || text.Contains(until, StringComparison.Ordinal))
                return text;
        }
    }

    static void AssertHas(string expected, string text) => Assert.Contains(expected, text, StringComparison.Ordinal);

    static void AssertWellFormed(string text)
    {
        Assert.EndsWith("\n", text);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var declared = lines.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]).ToList(
            );
        Assert.Equal(declared.Count, declared.Distinct().Count());
        Assert.All(lines.Where(line => !line.StartsWith('#')), line => Assert.Matches(Sample, line));
    }

    static string Basic(string name, string secret) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{secret}"));

    static async Task<HttpStatusCode> StatusAsync(ServerFixture server, string? forwardedFor, string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "metrics");
        if (forwardedFor is not null)
            request.Headers.Add("X-Forwarded-For", forwardedFor);
        if (authorization is not null)
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(authorization);
        using var answer = await server.Client.SendAsync(request);
        return answer.StatusCode;
    }
}
