using System.Net;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Oci;

/// <summary>The address of the token endpoint in a challenge: the one under which the client reached the server.</summary>
public sealed class OriginTests
{
    static readonly (string, string)[] Forwarded =
        [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "registry.example.com:8443, inner")];

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.0/8")]
    public async Task What_a_configured_proxy_says_counts(string proxy)
    {
        await using var server = await StartAsync(proxy);
        using var nobody = new OciClient(server, null);

        Assert.Equal("https://registry.example.com:8443", await RealmAsync(nobody, Forwarded));
        Assert.Equal("http://registry.example.com:8443", await RealmAsync(nobody, ("X-Forwarded-Proto", "http"), Forwarded[1]));
        Assert.Equal(nobody.Origin, await RealmAsync(nobody));
    }

    [Fact]
    public async Task What_anybody_else_says_does_not()
    {
        await using var server = await StartAsync("10.0.0.0/8");
        await using var alone = await OciServer.StartAsync();
        foreach (var fixture in (ServerFixture[])[server, alone])
        {
            using var nobody = new OciClient(fixture, null);

            Assert.Equal(nobody.Origin, await RealmAsync(nobody, Forwarded));
        }
    }

    [Theory]
    [InlineData("X-Forwarded-Proto", "ftp")]
    [InlineData("X-Forwarded-Proto", "https\"x")]
    [InlineData("X-Forwarded-Host", "a b")]
    [InlineData("X-Forwarded-Host", "a\",x=\"b")]
    [InlineData("X-Forwarded-Host", "a/b")]
    [InlineData("X-Forwarded-Host", "user@a")]
    [InlineData("X-Forwarded-Host", "")]
    public async Task What_is_no_scheme_and_no_host_does_not_either(string header, string value)
    {
        await using var server = await StartAsync("127.0.0.1");
        using var nobody = new OciClient(server, null);

        Assert.Equal(nobody.Origin, await RealmAsync(nobody, (header, value)));
    }

    [Fact]
    public async Task The_host_that_was_asked_for_is_the_host_of_the_challenge()
    {
        await using var server = await StartAsync("127.0.0.1");
        using var nobody = new OciClient(server, null);

        var realm = await RealmAsync(nobody, ("Host", "registry.example.com:5000"));

        Assert.EndsWith("://registry.example.com:5000", realm, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Places_of_uploads_and_content_are_paths_that_hold_behind_any_proxy()
    {
        await using var server = await StartAsync("127.0.0.1");
        using var alice = OciServer.ClientOf(server, "alice");

        var begun = (await alice.PostAsync("/v2/a/b/blobs/uploads/", null, Forwarded)).Expect(HttpStatusCode.Accepted);

        Assert.StartsWith("/v2/a/b/blobs/uploads/", begun.Location, StringComparison.Ordinal);
    }

    static async Task<string> RealmAsync(OciClient client, params (string, string)[] headers)
    {
        var refused = (await client.GetAsync("/v2/", headers)).Expect(HttpStatusCode.Unauthorized);
        return refused.Challenge.Split("realm=\"")[1].Split("/token\"")[0];
    }

    static Task<ServerFixture> StartAsync(string proxy) => OciServer.StartAsync(settings => settings with { Proxies = [proxy] });
}
