using Holdfast.Server.Hosting.Observe;
using Holdfast.Server.Hosting.Target;
using Holdfast.TestKit.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Server.Tests.Hosting.Life;

public sealed class DrainTests
{
    [Fact]
    public async Task While_it_drains_it_is_not_ready_and_what_is_in_flight_ends_well()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ServerFixture.StartAsync(new ServerOptions
        {
            Tls = false,
            Map = app => app.MapGet("/admin/v1/wait", (RequestDelegate)WaitAsync).WithMetadata(new OperationMetadata(Door.Admin, "Wait")),
        });
        await using var health = await RawConnection.OpenAsync(server.BaseAddress);
        await using var waiting = await RawConnection.OpenAsync(server.BaseAddress);
        await waiting.SendAsync("GET /api/v1/wait HTTP/1.1\r\nHost: h\r\n\r\n");
        await entered.Task;
        // Half of a request: this connection is not idle, so it is not closed at once.
        await health.SendAsync("GET /readyz HTTP/1.1\r\n");

        var stopping = server.StopAsync();
        await server.Stopping;
        await health.SendAsync("Host: h\r\n\r\n");
        var ready = await health.ReceiveToEndAsync();
        release.SetResult();
        var answer = await waiting.ReceiveToEndAsync();
        await stopping;

        Assert.True(ready.Length == 0 || ready.StartsWith("HTTP/1.1 503 ", StringComparison.Ordinal), ready);
        Assert.StartsWith("HTTP/1.1 204 ", answer, StringComparison.Ordinal);

        async Task WaitAsync(HttpContext context)
        {
            entered.SetResult();
            await release.Task;
            context.Response.StatusCode = 204;
        }
    }

    [Fact]
    public async Task What_never_ends_is_waited_for_only_as_long_as_is_set()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource();
        await using var server = await ServerFixture.StartAsync(new ServerOptions
        {
            Tls = false,
            Settings = settings => settings with { Limits = settings.Limits with { DrainTimeout = TimeSpan.FromMilliseconds(100) } },
            Map = app => app.MapGet("/admin/v1/wait", (RequestDelegate)WaitAsync).WithMetadata(new OperationMetadata(Door.Admin, "Wait")),
        });
        await using var waiting = await RawConnection.OpenAsync(server.BaseAddress);
        await waiting.SendAsync("GET /api/v1/wait HTTP/1.1\r\nHost: h\r\n\r\n");
        await entered.Task;

        await server.StopAsync();

        Assert.Equal("", await waiting.ReceiveToEndAsync());

        Task WaitAsync(HttpContext context)
        {
            entered.SetResult();
            return never.Task;
        }
    }

    [Theory]
    [InlineData("Content-Length: 1000000", "half")]
    [InlineData("Content-Length: 1000000\r\nExpect: 100-continue", "")]
    public async Task An_upload_that_would_outlast_the_stop_is_told_to_come_again(string headers, string begun)
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ServerFixture.StartAsync(new ServerOptions
        {
            Tls = false,
            Settings = settings => settings with { Limits = settings.Limits with { DrainTimeout = TimeSpan.FromSeconds(8) } },
            Map = app => app.MapPost("/admin/v1/take", (RequestDelegate)TakeAsync).WithMetadata(new OperationMetadata(Door.Admin, "Take")),
        });
        await using var upload = await RawConnection.OpenAsync(server.BaseAddress);
        await upload.SendAsync($"POST /api/v1/take HTTP/1.1\r\nHost: h\r\n{headers}\r\n\r\n{begun}");
        await entered.Task;

        var stopping = server.StopAsync();
        var answer = await upload.ReceiveToEndAsync();
        await stopping;

        Assert.Contains("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.Contains("\"retryable\":true", answer, StringComparison.Ordinal);

        async Task TakeAsync(HttpContext context)
        {
            entered.SetResult();
            while (await context.Request.BodyReader.ReadAsync() is { IsCompleted: false } read)
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
        }
    }
}
