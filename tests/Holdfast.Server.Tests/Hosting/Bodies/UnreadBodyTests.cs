using Holdfast.Protocol.Errors;
using Holdfast.Server.Hosting.Observe;
using Holdfast.Server.Hosting.Target;
using Holdfast.TestKit.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Server.Tests.Hosting.Bodies;

public sealed class UnreadBodyTests
{
    const string Refuse = "/api/v1/refuse";
    const string Count = "/api/v1/count";

    [Fact]
    public async Task A_client_that_waits_for_100_is_refused_at_once_and_the_connection_closes()
    {
        await using var server = await StartAsync();
        await using var connection = await RawConnection.OpenAsync(server.BaseAddress);

        await connection.SendAsync($"PUT {Refuse} HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5000000\r\n\r\n");
        var answer = await connection.ReceiveToEndAsync();

        Assert.StartsWith("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("100 Continue", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\n0123456789")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n")]
    public async Task A_small_unread_body_is_discarded_and_the_connection_goes_on(string body)
    {
        await using var server = await StartAsync();
        await using var connection = await RawConnection.OpenAsync(server.BaseAddress);

        for (var i = 0; i < 3; i++)
        {
            await connection.SendAsync($"PUT {Refuse} HTTP/1.1\r\nHost: h\r\n{body}");
            var (head, _) = await connection.ReceiveAsync();

            Assert.StartsWith("HTTP/1.1 403 ", head, StringComparison.Ordinal);
            Assert.DoesNotContain("Connection: close", head, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_large_unread_body_is_discarded_only_in_part_and_the_client_can_read_its_answer()
    {
        await using var server = await StartAsync();
        await using var connection = await RawConnection.OpenAsync(server.BaseAddress);

        await connection.SendAsync($"PUT {Refuse} HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000\r\n\r\n");
        var sending = connection.SendAsync(new byte[2_000_000]);
        var (head, body) = await connection.ReceiveAsync();
        await sending;

        Assert.StartsWith("HTTP/1.1 403 ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", head, StringComparison.Ordinal);
        Assert.Contains("access_denied", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_was_read_keeps_the_connection_and_is_counted()
    {
        var log = new LogCapture();
        await using var server = await StartAsync(log);
        await using var connection = await RawConnection.OpenAsync(server.BaseAddress);

        await connection.SendAsync($"PUT {Count} HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n12345");
        var (first, counted) = await connection.ReceiveAsync();
        await connection.SendAsync(
            $"PUT {Count} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
        var (second, countedChunks) = await connection.ReceiveAsync();

        Assert.Equal(("5", "7"), (counted, countedChunks));
        Assert.DoesNotContain("close", first + second, StringComparison.Ordinal);
        await log.FindLineAsync(line => line.Contains("\"bytes_in\":5,\"bytes_out\":1,", StringComparison.Ordinal));
        await log.FindLineAsync(line => line.Contains("\"bytes_in\":7,\"bytes_out\":1,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_that_stands_still_is_given_up()
    {
        var log = new LogCapture();
        await using var server = await StartAsync(log, TimeSpan.FromSeconds(2));
        await using var connection = await RawConnection.OpenAsync(server.BaseAddress);

        await connection.SendAsync($"PUT {Count} HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n12");
        var answer = await connection.ReceiveToEndAsync();

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("request_timeout", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(log.Lines, line => line.Contains("\"level\":\"error\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_client_that_stands_still_leaves_a_line_and_no_fault()
    {
        var log = new LogCapture();
        await using var server = await StartAsync(log);
        await using var connection = await RawConnection.OpenAsync(server.BaseAddress);

        await connection.SendAsync($"PUT {Refuse} HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n12");
        var answer = await connection.ReceiveToEndAsync();

        Assert.StartsWith("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        await log.FindAccessAsync(RequestIdOf(answer));
        Assert.DoesNotContain(log.Lines, line => line.Contains("\"level\":\"error\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_that_ends_early_leaves_a_line_and_no_fault()
    {
        var log = new LogCapture();
        await using var server = await StartAsync(log);
        await using var connection = await RawConnection.OpenAsync(server.BaseAddress);

        await connection.SendAsync($"PUT {Count} HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n12");
        connection.Reset();

        await log.FindLineAsync(line => line.Contains("\"operation\":\"Test\",\"status\":4", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("\"level\":\"error\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_with_wrong_chunks_is_a_bad_request()
    {
        await using var server = await StartAsync();
        await using var connection = await RawConnection.OpenAsync(server.BaseAddress);

        await connection.SendAsync($"PUT {Count} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
        var answer = await connection.ReceiveToEndAsync();

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("invalid_request", answer, StringComparison.Ordinal);
    }

    static string RequestIdOf(string answer) => answer.Split("x-amz-request-id: ")[1][..16];

    static Task<ServerFixture> StartAsync(LogCapture? log = null, TimeSpan? stall = null) => ServerFixture.StartAsync(new ServerOptions
    {
        Tls = false,
        Log = log,
        Settings = settings => settings with { Limits = settings.Limits with { StallTimeout = stall ?? settings.Limits.StallTimeout } },
        Map = app =>
        {
            var operation = new OperationMetadata(Door.Admin, "Test");
            app.Map("/admin/v1/refuse", _ => throw new StoreException(StoreError.AccessDenied, "not you")).WithMetadata(operation);
            app.Map("/admin/v1/count", CountAsync).WithMetadata(operation);
        },
    });

    static async Task CountAsync(HttpContext context)
    {
        var count = 0L;
        while (true)
        {
            var read = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
            count += read.Buffer.Length;
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }

        var text = count.ToString();
        context.Response.ContentLength = text.Length;
        await context.Response.WriteAsync(text);
    }
}
