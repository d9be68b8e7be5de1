using System.Globalization;
using System.Net;
using System.Text;

namespace Holdfast.Server.Tests.Oci;

/// <summary>The token endpoint: what is asked for, what is granted, and what a token then opens.</summary>
public sealed class TokenTests(OciServer server) : IClassFixture<OciServer>
{
    [Fact]
    public async Task A_token_comes_with_all_that_clients_read()
    {
        var name = await server.RepositoryAsync();

        var answer = (await server.Alice.GetAsync(
            $"/token?service=holdfast&client_id=docker&account=alice&scope=repository:{name}:pull,push")).ExpectOk();

        Assert.Equal("application/json", answer.Header("Content-Type"));
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        var token = answer.Json.GetProperty("token").GetString();
        Assert.Equal(token, answer.Json.GetProperty("access_token").GetString());
        Assert.InRange(answer.Json.GetProperty("expires_in").GetInt32(), 60, 3600);
        Assert.True(DateTimeOffset.TryParse(
            answer.Json.GetProperty("issued_at").GetString(), CultureInfo.InvariantCulture, out var issued) && issued.Offset == default);
        Assert.Equal($"repository:{name}:pull,push", answer.Json.GetProperty("scope").GetString());
        Assert.False(answer.Json.TryGetProperty("refresh_token", out _));
        (await server.With($"Bearer {token}").GetAsync("/v2/")).ExpectOk();
        (await server.With($"bearer {token}").GetAsync($"/v2/{name}/tags/list")).ExpectOk();
    }

    [Fact]
    public async Task The_challenge_leads_to_a_token_that_opens_what_was_refused()
    {
        var name = await server.RepositoryAsync();
        await server.Alice.PushImageAsync(name, "v1");
        foreach (var (method, path) in ((string, string)[])
            [("GET", "manifests/v1"), ("POST", "blobs/uploads/"), ("DELETE", "manifests/v1")])
        {
            var refused = await server.Nobody.SendAsync(method, $"/v2/{name}/{path}", null);
            var challenge = refused.Expect(HttpStatusCode.Unauthorized).Challenge;
            var realm = challenge.Split("realm=\"")[1].Split('"')[0];
            var scope = challenge.Split("scope=\"")[1].Split('"')[0];

            Assert.Equal($"{server.Alice.Origin}/token", realm);
            var client = await server.WithTokenAsync(server.Alice, scope);
            var answer = await client.SendAsync(method, $"/v2/{name}/{path}", null);

            Assert.InRange((int)answer.Status, 200, 202);
        }
    }

    [Theory]
    [InlineData("alice", "pull,push,delete", "pull,push,delete")]
    [InlineData("alice", "*", "pull,push,delete")]
    [InlineData("alice", "pull,fly", "pull")]
    [InlineData("alice", "fly", null)]
    [InlineData("bob", "pull,push,delete", null)]
    [InlineData("nobody", "pull,push", null)]
    [InlineData("owner", "pull,push", "pull,push")]
    [InlineData("stranger", "pull", null)]
    public async Task Granted_is_what_of_the_asked_is_allowed(string user, string actions, string? granted)
    {
        var name = await server.RepositoryAsync(server.Alice);

        Assert.Equal(
            granted is null ? "" : $"repository:{name}:{granted}",
            await ScopeAsync(user, $"/token?scope=repository:{name}:{actions}"));
    }

    [Theory]
    [InlineData("bob", "pull")]
    [InlineData("stranger", "pull")]
    [InlineData("nobody", "pull")]
    [InlineData("alice", "pull,push,delete")]
    public async Task Of_a_public_repository_everybody_is_granted_to_pull(string user, string granted)
    {
        var name = await server.RepositoryAsync(server.Alice, isPublic: true);

        Assert.Equal($"repository:{name}:{granted}", await ScopeAsync(user, $"/token?scope=repository:{name}:pull,push,delete"));
    }

    [Fact]
    public async Task Scopes_come_one_a_parameter_or_divided_by_spaces_and_what_is_none_is_left_out()
    {
        var (first, second) = (await server.RepositoryAsync(), await server.RepositoryAsync());
        var expected = $"repository:{first}:pull repository:{second}:pull,push registry:catalog:*";

        foreach (var query in (string[])
        [
            $"scope=repository:{first}:pull&scope=repository:{second}:push,pull&scope=registry:catalog:*",
            $"scope=repository:{first}:pull+repository:{second}:pull,push+nonsense+registry:catalog:*",
            $"scope=repository:{first}:pull%20repository(plugin):{second}:pull,push&scope=::&scope=registry:catalog:*"
                + $"&scope=repository:BAD:pull",
        ])
            Assert.Equal(expected, await ScopeAsync("alice", $"/token?{query}"));
    }

    [Fact]
    public async Task A_token_opens_no_more_than_it_was_granted()
    {
        var (name, other) = (await server.RepositoryAsync(), await server.RepositoryAsync());
        var manifest = await server.Alice.PushImageAsync(name, "v1");
        var pull = await server.WithTokenAsync(server.Alice, $"repository:{name}:pull");
        var push = await server.WithTokenAsync(server.Alice, $"repository:{name}:push");
        var none = await server.WithTokenAsync(server.Alice);

        (await pull.GetAsync($"/v2/{name}/manifests/v1")).ExpectOk();
        Insufficient(await pull.PostAsync($"/v2/{name}/blobs/uploads/"), $"repository:{name}:pull,push");
        Insufficient(await pull.DeleteAsync($"/v2/{name}/manifests/v1"), $"repository:{name}:pull,delete");
        Insufficient(await pull.GetAsync($"/v2/{other}/tags/list"), $"repository:{other}:pull");
        Insufficient(await pull.GetAsync($"/v2/{server.NewName()}/tags/list"), null);
        Insufficient(await pull.GetAsync("/v2/_catalog"), "registry:catalog:*");
        (await push.PutManifestAsync(name, "v2", manifest)).Expect(HttpStatusCode.Created);
        Insufficient(await push.GetAsync($"/v2/{name}/manifests/v1"), $"repository:{name}:pull");
        Insufficient(await none.GetAsync($"/v2/{name}/manifests/v1"), $"repository:{name}:pull");
        (await none.GetAsync("/v2/")).ExpectOk();
    }

    [Fact]
    public async Task A_token_for_a_repository_to_come_makes_it()
    {
        var name = server.NewName();
        var client = await server.WithTokenAsync(server.Alice, $"repository:{name}:pull,push");

        await client.PushImageAsync(name, "v1");

        Assert.Equal(["v1"], (await server.Alice.GetAsync($"/v2/{name}/tags/list")).ExpectOk().Strings("tags"));
    }

    [Fact]
    public async Task A_token_that_nobody_stands_behind_reads_what_is_public()
    {
        var (open, closed) = (await server.RepositoryAsync(isPublic: true), await server.RepositoryAsync());
        await server.Alice.PushImageAsync(open, "v1");
        await server.Alice.PushImageAsync(closed, "v1");
        var client = await server.WithTokenAsync(
            server.Nobody, $"repository:{open}:pull,push", $"repository:{closed}:pull", $"repository:{server.NewName()}:pull,push");

        (await client.GetAsync("/v2/")).ExpectOk();
        (await client.GetAsync($"/v2/{open}/manifests/v1")).ExpectOk();
        (await client.GetAsync($"/v2/{closed}/manifests/v1")).Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        (await client.PostAsync($"/v2/{open}/blobs/uploads/")).Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        (await client.PostAsync($"/v2/{server.NewName()}/blobs/uploads/")).Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Fact]
    public async Task Rights_are_judged_anew_whatever_a_token_was_granted()
    {
        var name = await server.RepositoryAsync(isPublic: true);
        await server.Alice.PushImageAsync(name, "v1");
        var bob = await server.WithTokenAsync(server.Bob, $"repository:{name}:pull");
        (await bob.GetAsync($"/v2/{name}/manifests/v1")).ExpectOk();

        await server.SetAsync(name, repository => repository with { IsPublic = false });

        (await bob.GetAsync($"/v2/{name}/manifests/v1")).Expect(HttpStatusCode.Forbidden, "DENIED");
    }

    [Theory]
    [InlineData("/token")]
    [InlineData("/token?offline_token=true")]
    public async Task Wrong_credentials_get_no_token(string target)
    {
        foreach (var header in (string[])[OciClient.Basic("alice", "wrong"), "Basic x", "Bearer x"])
            (await server.With(header).GetAsync(target)).Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Fact]
    public async Task A_form_with_a_password_gets_a_token_and_offline_one_to_refresh_with()
    {
        var name = await server.RepositoryAsync();
        var form = $"grant_type=password&service=holdfast&client_id=x&username=alice&password={OciServer.Secret}"
            + $"&scope=repository%3A{Uri.EscapeDataString(name)}%3Apull";

        var plain = (await PostAsync(form)).ExpectOk();
        var offline = (await PostAsync(form + "&access_type=offline")).ExpectOk();

        Assert.False(plain.Json.TryGetProperty("refresh_token", out _));
        (await ClientOf(plain).GetAsync($"/v2/{name}/tags/list")).ExpectOk();
        var refresh = offline.Json.GetProperty("refresh_token").GetString();
        var again = (await PostAsync($"grant_type=refresh_token&refresh_token={refresh}&scope=repository:{name}:pull,push")).ExpectOk();
        Assert.Equal(refresh, again.Json.GetProperty("refresh_token").GetString());
        Assert.Equal($"repository:{name}:pull,push", again.Json.GetProperty("scope").GetString());
        (await ClientOf(again).PostAsync($"/v2/{name}/blobs/uploads/")).Expect(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_token_to_refresh_with_opens_nothing_and_another_does_not_refresh()
    {
        var answer = (await server.Alice.GetAsync("/token?offline_token=true")).ExpectOk();
        var (access, refresh) = (answer.Json.GetProperty("token").GetString(), answer.Json.GetProperty("refresh_token").GetString());

        (await server.With($"Bearer {refresh}").GetAsync("/v2/")).Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        (await PostAsync($"grant_type=refresh_token&refresh_token={access}")).Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        Assert.False((await server.Nobody.GetAsync("/token?offline_token=true")).ExpectOk().Json.TryGetProperty("refresh_token", out _));
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("grant_type=magic", HttpStatusCode.BadRequest)]
    [InlineData("grant_type=refresh_token", HttpStatusCode.BadRequest)]
    [InlineData("grant_type=refresh_token&refresh_token=x", HttpStatusCode.Unauthorized)]
    [InlineData("grant_type=password", HttpStatusCode.Unauthorized)]
    [InlineData("grant_type=password&username=alice&password=wrong", HttpStatusCode.Unauthorized)]
    [InlineData("%zz", HttpStatusCode.BadRequest)]
    public async Task A_form_that_proves_nothing_gets_no_token(string form, HttpStatusCode status) =>
        (await PostAsync(form)).Expect(status);

    [Fact]
    public async Task A_form_that_is_too_large_is_refused() =>
        (await PostAsync("x=" + new string('x', 70_000))).Expect(HttpStatusCode.RequestEntityTooLarge);

    [Fact]
    public async Task Other_methods_are_refused() =>
        (await server.Alice.PutAsync("/token", [])).Expect(HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");

    async Task<string?> ScopeAsync(string user, string target)
    {
        var client = user switch
        {
            "alice" => server.Alice,
            "bob" => server.Bob,
            "owner" => server.Owner,
            "stranger" => server.Stranger,
            _ => server.Nobody,
        };
        return (await client.GetAsync(target)).ExpectOk().Json.GetProperty("scope").GetString();
    }

    Task<OciReply> PostAsync(string form) => server.Nobody.PostAsync(
        "/token", Encoding.ASCII.GetBytes(form), ("Content-Type", "application/x-www-form-urlencoded"));

    OciClient ClientOf(OciReply answer) => server.With($"Bearer {answer.Json.GetProperty("access_token").GetString()}");

    static void Insufficient(OciReply answer, string? scope)
    {
        answer.Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        Assert.EndsWith(",error=\"insufficient_scope\"", answer.Challenge, StringComparison.Ordinal);
        if (scope is not null)
            Assert.Contains($",scope=\"{scope}\"", answer.Challenge, StringComparison.Ordinal);
    }
}
