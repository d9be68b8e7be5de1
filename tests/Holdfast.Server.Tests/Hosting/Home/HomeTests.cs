using System.Net;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Hosting.Home;

public sealed class HomeTests
{
    [Fact]
    public async Task A_browser_without_credentials_is_told_what_this_is()
    {
        await using var server = await ServerFixture.StartAsync();

        using var answer = await AskAsync(server, "", "text/html,application/xhtml+xml,*/*;q=0.8");
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Contains("content-addressable artifact store", page, StringComparison.Ordinal);
        Assert.Contains("holdfastd 0.", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/health\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_speaks_of_S3_only_where_it_is_served()
    {
        await using var with = await ServerFixture.StartAsync();
        await using var without = await ServerFixture.StartAsync(new ServerOptions { HostOnly = true });
        using var page = await AskAsync(with, "", "text/html");
        using var other = await AskAsync(without, "", "text/html");

        Assert.Contains("S3", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("S3", await other.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("GETTING_STARTED.md", await other.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("<h2>Is it well?</h2>", await other.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "*/*", null)]
    [InlineData("", "text/html", "AWS4-HMAC-SHA256 Credential=x")]
    [InlineData("?X-Amz-Algorithm=AWS4-HMAC-SHA256", "text/html", null)]
    [InlineData("?AWSAccessKeyId=x&Signature=y", "text/html", null)]
    [InlineData("bucket", "text/html", null)]
    public async Task Everybody_else_gets_S3(string target, string accept, string? authorization)
    {
        await using var server = await ServerFixture.StartAsync();

        using var answer = await AskAsync(server, target, accept, authorization);

        Assert.NotEqual("text/html", answer.Content.Headers.ContentType?.MediaType);
    }

    static Task<HttpResponseMessage> AskAsync(ServerFixture server, string target, string accept, string? authorization = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, target);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return server.Client.SendAsync(request);
    }
}
