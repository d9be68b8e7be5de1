using System.Net;
using System.Text.Json;
using Holdfast.Protocol.Errors;
using Holdfast.Server.Hosting.Errors;
using Holdfast.Server.Hosting.Observe;
using Holdfast.Server.Hosting.Target;
using Holdfast.TestKit.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Server.Tests.Hosting.Errors;

public sealed class RefusalTests
{
    [Fact]
    public async Task A_refusal_is_answered_as_a_problem_with_its_values_and_the_id_of_the_request()
    {
        await using var server = await StartAsync(_ => throw new StoreException(StoreError.ContentDigestMismatch, "content is a, not b")
        {
            Details = [new("expected", "b"), new("actual", "a")],
            Headers = [new("x-extra", "1")],
        });

        using var answer = await server.Client.GetAsync("api/v1/x");
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("1", Assert.Single(answer.Headers.GetValues("x-extra")));
        Assert.Equal("1", Assert.Single(answer.Headers.GetValues("Retry-After")));
        Assert.Equal("content_digest_mismatch", problem.GetProperty("code").GetString());
        Assert.Equal("integrity", problem.GetProperty("class").GetString());
        Assert.Equal("content is a, not b", problem.GetProperty("message").GetString());
        Assert.Equal("content is a, not b", problem.GetProperty("detail").GetString());
        Assert.Equal("b", problem.GetProperty("details").GetProperty("expected").GetString());
        Assert.True(problem.GetProperty("retryable").GetBoolean());
        Assert.Equal(422, problem.GetProperty("http_status").GetInt32());
        Assert.Equal(422, problem.GetProperty("status").GetInt32());
        Assert.Equal(Id(answer), problem.GetProperty("request_id").GetString());
        Assert.Equal(Id(answer), Assert.Single(answer.Headers.GetValues("x-amz-id-2")));
    }

    [Fact]
    public async Task A_fault_tells_the_client_nothing_but_the_id_under_which_it_is_logged()
    {
        var log = new LogCapture();
        await using var server = await StartAsync(_ => throw new InvalidOperationException("a secret of the inside"), log);

        using var answer = await server.Client.GetAsync("api/v1/x");
        var body = await answer.Content.ReadAsStringAsync();
        var line = await log.FindLineAsync(line => line.Contains("a secret of the inside", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", body, StringComparison.Ordinal);
        Assert.Contains(Id(answer), line, StringComparison.Ordinal);
        Assert.Contains("\"level\":\"error\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_the_store_refuses_is_logged_once_for_many_and_not_told()
    {
        var log = new LogCapture();
        await using var server = await StartAsync(
            _ => throw new StoreException(StoreError.StorageUnavailable, "syncing tmp/local/x failed", new IOException("Remote I/O error")),
            log);

        for (var i = 0; i < 20; i++)
        {
            using var answer = await server.Client.GetAsync("api/v1/x");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.DoesNotContain("tmp/local", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        var line = await log.FindLineAsync(line => line.Contains("\"event\":1101", StringComparison.Ordinal));
        Assert.Contains("syncing tmp/local/x failed (Remote I/O error)", line, StringComparison.Ordinal);
        Assert.Contains("\"level\":\"warning\"", line, StringComparison.Ordinal);
        // Twenty requests may take longer than one line in ten seconds allows, on a slow machine; not longer than two.
        Assert.InRange(log.Lines.Count(other => other.Contains("\"event\":1101", StringComparison.Ordinal)), 1, 2);
    }

    [Fact]
    public async Task A_fault_after_the_answer_began_cuts_it_off()
    {
        var log = new LogCapture();
        await using var server = await StartAsync(
            async context =>
            {
                context.Response.ContentLength = 100;
                await context.Response.WriteAsync("half");
                await context.Response.Body.FlushAsync();
                throw new StoreException(StoreError.BlobDamaged, "the blob is damaged");
            },
            log);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.Client.GetByteArrayAsync("api/v1/x"));

        var line = await log.FindLineAsync(line => line.Contains("\"log\":\"access\"", StringComparison.Ordinal));
        Assert.Contains("\"bytes_out\":4,", line, StringComparison.Ordinal);
        Assert.Contains("\"error\":\"blob_damaged\",\"truncated\":true}", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_goes_away_is_no_fault()
    {
        var log = new LogCapture();
        await using var server = await StartAsync(
            async context => await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted), log, tls: false);
        await using var connection = await RawConnection.OpenAsync(server.BaseAddress);
        await connection.SendAsync("GET /api/v1/x HTTP/1.1\r\nHost: h\r\n\r\n");

        connection.Reset();

        var line = await log.FindLineAsync(line => line.Contains("\"log\":\"access\"", StringComparison.Ordinal));
        Assert.Equal(499, JsonDocument.Parse(line).RootElement.GetProperty("status").GetInt32());
        Assert.DoesNotContain(log.Lines, line => line.Contains("\"level\":\"error\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET", "api/v1/nothing/here", HttpStatusCode.NotFound, "no_such_resource")]
    [InlineData("GET", "health/nothing", HttpStatusCode.NotFound, "no_such_resource")]
    [InlineData("POST", "livez", HttpStatusCode.MethodNotAllowed, "method_not_allowed")]
    [InlineData("GET", "api/v1/%2e%2e/x%2Fy", HttpStatusCode.BadRequest, "invalid_uri")]
    public async Task What_routing_refuses_is_said_in_the_dialect_too(string method, string path, HttpStatusCode status, string code)
    {
        await using var server = await ServerFixture.StartAsync();

        using var answer = await server.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(code, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString());
        Assert.Equal(status == HttpStatusCode.MethodNotAllowed, answer.Content.Headers.Allow.Contains("GET"));
        Assert.Matches("^[0-9A-F]{16}$", Id(answer));
    }

    [Fact]
    public async Task A_status_that_an_operation_chose_is_left_alone()
    {
        await using var server = await StartAsync(context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });

        using var answer = await server.Client.GetAsync("api/v1/x");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task The_dialect_is_the_endpoints_or_its_doors()
    {
        var dialect = new WordDialect();
        await using var server = await ServerFixture.StartAsync(new ServerOptions
        {
            HostOnly = true,
            Services = services => services.AddSingleton(new DoorDialect(Door.S3, dialect)),
            Map = app => app.Map("/admin/v1/x", _ => throw new StoreException(StoreError.SlowDown, "slow")).WithMetadata(
                new DialectMetadata(dialect)),
        });

        Assert.Equal("SlowDown", await server.Client.GetStringAsync("api/v1/x"));
        Assert.Equal("NoSuchResource", await server.Client.GetStringAsync("bucket/key"));
        Assert.Equal("NoSuchResource", await server.Client.GetStringAsync("auth"));
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("api/v1/y")).StatusCode);
    }

    [Fact]
    public void Every_error_has_a_status_of_its_class_a_code_and_a_title()
    {
        foreach (var error in Enum.GetValues<StoreError>())
        {
            var status = ProblemTable.Status(error);

            Assert.Matches("^[a-z0-9_]+$", ProblemTable.Code(error));
            Assert.NotEmpty(ProblemTable.Title(error));
            Assert.InRange(status, 400, 599);
            Assert.Equal(error.IsRetryable(), ProblemTable.RetryAfter(error) is not null);
            if (error.Class() == StoreErrorClass.Authentication)
                Assert.Equal(401, status);
            if (error.Class() == StoreErrorClass.Authorization)
                Assert.Equal(403, status);
            if (error.Class() == StoreErrorClass.Storage)
                Assert.Equal(503, status);
        }

        Assert.Equal(404, ProblemTable.Status(StoreError.NoSuchBucket));
        Assert.Equal(409, ProblemTable.Status(StoreError.BucketNotEmpty));
        Assert.Equal(412, ProblemTable.Status(StoreError.PreconditionFailed));
        Assert.Equal("supply_chain", ProblemTable.Class(StoreError.EvidenceMissing));
    }

    static string Id(HttpResponseMessage answer) => Assert.Single(answer.Headers.GetValues("x-amz-request-id"));

    static Task<ServerFixture> StartAsync(RequestDelegate handler, LogCapture? log = null, bool? tls = null)
    {
        var options = new ServerOptions
        {
            Log = log,
            Map = app => app.Map("/admin/v1/x", handler).WithMetadata(new OperationMetadata(Door.Admin, "Test")),
        };
        return ServerFixture.StartAsync(options with { Tls = tls ?? options.Tls });
    }

    sealed class WordDialect : IErrorDialect
    {
        public string Code(StoreError error) => error.ToString();

        public Task WriteAsync(HttpContext context, StoreException refusal) => context.Response.WriteAsync(refusal.Error.ToString());
    }
}
