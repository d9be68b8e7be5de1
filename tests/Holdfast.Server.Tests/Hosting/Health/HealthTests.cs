using System.Net;
using System.Text.Json;
using Holdfast.Server.Hosting.Health;
using Holdfast.TestKit.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Server.Tests.Hosting.Health;

public sealed class HealthTests
{
    [Theory]
    [InlineData("health")]
    [InlineData("health/live")]
    [InlineData("health/ready")]
    [InlineData("livez")]
    [InlineData("readyz")]
    public async Task A_server_that_is_well_says_so_to_GET_and_HEAD(string path)
    {
        await using var server = await ServerFixture.StartAsync();

        using var got = await server.Client.GetAsync(path);
        using var asked = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));

        Assert.Equal(HttpStatusCode.OK, got.StatusCode);
        Assert.Equal("application/json", got.Content.Headers.ContentType?.MediaType);
        Assert.Equal("ok", JsonDocument.Parse(await got.Content.ReadAsStringAsync()).RootElement.GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        Assert.Empty(await asked.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_probe_that_finds_a_problem_makes_the_server_unready_but_not_dead()
    {
        await using var server = await StartWithAsync(
            new HealthProbe("catalog", _ => ValueTask.FromResult<string?>("the database does not answer")),
            new HealthProbe("backend", _ => ValueTask.FromResult<string?>(null)));

        using var ready = await server.Client.GetAsync("readyz");
        using var live = await server.Client.GetAsync("livez");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        var checks = JsonDocument.Parse(await ready.Content.ReadAsStringAsync()).RootElement.GetProperty("checks");
        Assert.Equal("the database does not answer", checks.GetProperty("catalog").GetString());
        Assert.Equal("ok", checks.GetProperty("backend").GetString());
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task A_probe_that_throws_or_never_answers_counts_as_failed()
    {
        await using var server = await StartWithAsync(
            new HealthProbe("faulty", _ => throw new InvalidOperationException("connection string with a secret")),
            new HealthProbe("stuck", _ => new ValueTask<string?>(new TaskCompletionSource<string?>().Task)));

        using var ready = await server.Client.GetAsync("health");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        var body = await ready.Content.ReadAsStringAsync();
        Assert.Contains("\"faulty\":\"the check failed\"", body, StringComparison.Ordinal);
        Assert.Contains("no answer within 2 s", body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
    }

    static Task<ServerFixture> StartWithAsync(params HealthProbe[] probes) => ServerFixture.StartAsync(new ServerOptions
    {
        Services = services =>
        {
            foreach (var probe in probes)
                services.AddSingleton(probe);
        },
    });
}
