using System.Text.Json;
using Holdfast.Server.Hosting.Logging;
using Holdfast.Server.Hosting.Settings;
using Holdfast.TestKit.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Holdfast.Server.Tests.Hosting.Logging;

public sealed class AccessLogTests
{
    const string Trace = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task Each_request_leaves_one_line_with_its_id_its_trace_and_no_secret()
    {
        var log = new LogCapture();
        await using var server = await ServerFixture.StartAsync(new ServerOptions { Log = log });
        var target = "bucket/a%20key?X-Amz-Signature=abc&x=1";
        using var request = new HttpRequestMessage(HttpMethod.Get, target);
        request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");

        using var answer = await server.Client.SendAsync(request);
        var id = Assert.Single(answer.Headers.GetValues("x-amz-request-id"));
        var line = await log.FindAccessAsync(id);

        Assert.Equal(Trace, line.GetProperty("trace_id").GetString());
        Assert.Equal("127.0.0.1", line.GetProperty("remote").GetString());
        Assert.Equal("GET", line.GetProperty("method").GetString());
        Assert.Equal("/bucket/a%20key?X-Amz-Signature=***&x=1", line.GetProperty("target").GetString());
        Assert.Equal("s3", line.GetProperty("door").GetString());
        Assert.Equal((int)answer.StatusCode, line.GetProperty("status").GetInt32());
        Assert.Equal(0, line.GetProperty("bytes_in").GetInt32());
        Assert.Equal((await answer.Content.ReadAsByteArrayAsync()).Length, line.GetProperty("bytes_out").GetInt32());
        Assert.True(line.GetProperty("duration_ms").GetDouble() >= 0);
        Assert.True(line.GetProperty("time").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
        Assert.Single(log.Lines, text => text.Contains(id, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/b/k", "/b/k")]
    [InlineData("/b/secret?list-type=2&prefix=a%20b", "/b/secret?list-type=2&prefix=a%20b")]
    [InlineData("/b?X-Amz-Date=1&X-Amz-Signature=abc", "/b?X-Amz-Date=1&X-Amz-Signature=***")]
    [InlineData("/b?X-Amz-%53ecurity-%54oken=abc&x", "/b?X-Amz-%53ecurity-%54oken=***&x")]
    [InlineData("/b?signature=abc?&PASSWORD=x=y", "/b?signature=***&PASSWORD=***")]
    [InlineData("/b?token", "/b?token")]
    public void Secrets_of_the_query_are_masked(string target, string shown) => Assert.Equal(shown, SecretMask.Apply(target));

    [Fact]
    public async Task A_request_without_a_trace_gets_one_of_its_own()
    {
        var log = new LogCapture();
        await using var server = await ServerFixture.StartAsync(new ServerOptions { Log = log });

        using var first = await server.Client.GetAsync("livez");
        using var second = await server.Client.GetAsync("livez");
        var traces = new HashSet<string?>();
        foreach (var answer in (HttpResponseMessage[])[first, second])
        {
            var line = await log.FindAccessAsync(Assert.Single(answer.Headers.GetValues("x-amz-request-id")));
            traces.Add(line.GetProperty("trace_id").GetString());
        }

        Assert.Equal(2, traces.Count);
        Assert.All(traces, trace => Assert.Matches("^[0-9a-f]{32}$", trace));
    }

    [Fact]
    public async Task A_trusted_proxy_is_believed_about_the_caller_and_nobody_else_is()
    {
        var log = new LogCapture();
        await using var trusting = await ServerFixture.StartAsync(new ServerOptions
        {
            Log = log,
            Settings = settings => settings with { Proxies = ["127.0.0.0/8", "10.1.1.1"] },
        });
        await using var wary = await ServerFixture.StartAsync(new ServerOptions { Log = log });

        Assert.Equal("192.0.2.7", await RemoteAsync(trusting, "198.51.100.1, 192.0.2.7, 10.1.1.1"));
        Assert.Equal("127.0.0.1", await RemoteAsync(trusting, "nonsense"));
        Assert.Equal("127.0.0.1", await RemoteAsync(wary, "192.0.2.7"));

        async Task<string?> RemoteAsync(ServerFixture server, string forwarded)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "livez");
            request.Headers.Add("X-Forwarded-For", forwarded);
            using var answer = await server.Client.SendAsync(request);
            return (await log.FindAccessAsync(Assert.Single(answer.Headers.GetValues("x-amz-request-id")))).GetProperty("remote").GetString(
                );
        }
    }

    [Fact]
    public async Task The_text_form_is_a_line_for_people()
    {
        var log = new LogCapture();
        await using var server = await ServerFixture.StartAsync(new ServerOptions
        {
            Log = log,
            Settings = settings => settings with { Logging = settings.Logging with { Format = LogFormat.Text } },
        });

        await server.Client.GetAsync("livez?token=abc");
        server.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Test").LogWarning("something {Odd}", "odd");

        await log.FindLineAsync(line => line.Contains("GET /livez?token=*** 200 system Live in=0 out=", StringComparison.Ordinal));
        await log.FindLineAsync(line => line.Contains("warning Test: something odd", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Switched_off_there_is_no_line_and_the_level_holds_for_the_rest()
    {
        var log = new LogCapture();
        await using (var server = await ServerFixture.StartAsync(new ServerOptions
        {
            Log = log,
            Settings = settings => settings with { Logging = settings.Logging with { Access = false, Level = LogThreshold.Warning } },
        }))
        {
            await server.Client.GetAsync("livez");
            var logger = server.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Test");
            logger.LogInformation("quiet");
            logger.LogWarning("loud");
            await log.FindLineAsync(line => line.Contains("loud", StringComparison.Ordinal));
        }

        Assert.Equal("loud", JsonDocument.Parse(Assert.Single(log.Lines)).RootElement.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Lines_that_the_output_does_not_take_are_dropped_and_counted_and_never_waited_for()
    {
        using var stuck = new StuckStream();
        await using var lines = new LineWriter(new LogOutput(stuck), new HoldfastSettings(), TimeProvider.System);
        var entry = new LogEntry(DateTimeOffset.UnixEpoch, LogLevel.Information, "Test", 1, "message", null);
        lines.Write(entry);
        await stuck.IsStuck;

        for (var i = 0; i < 20_000; i++)
            lines.Write(entry);

        Assert.InRange(lines.Dropped, 1, 20_000);
    }

    /// <summary>A pipe that nobody reads.</summary>
    sealed class StuckStream : MemoryStream
    {
        readonly TaskCompletionSource _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsStuck => _stuck.Task;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _stuck.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }
}
