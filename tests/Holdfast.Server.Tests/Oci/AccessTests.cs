using System.Net;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Oci;

/// <summary>Who may do what, and how a refusal tells whether signing in would help.</summary>
public sealed class AccessTests(OciServer server) : IClassFixture<OciServer>
{
    [Fact]
    public async Task Basic_credentials_are_an_access_key_or_a_user_name_with_the_secret_key()
    {
        foreach (var login in (string[])["alice-key", "alice"])
            (await server.With(OciClient.Basic(login, OciServer.Secret)).GetAsync("/v2/")).ExpectOk();
        foreach (var login in (string[])[ServerFixture.RootAccessKey, "root"])
            (await server.With(OciClient.Basic(login, ServerFixture.RootSecretKey)).GetAsync("/v2/")).ExpectOk();

        foreach (var (login, secret) in ((string, string)[])
            [("alice", "wrong"), ("alice", ""), ("", ""), ("nobody", OciServer.Secret), ("bob", OciServer.Secret + "x")])
        {
            var refused = (await server.With(OciClient.Basic(login, secret)).GetAsync("/v2/")).Expect(
                HttpStatusCode.Unauthorized, "UNAUTHORIZED");
            Assert.StartsWith("Bearer realm=", refused.Challenge, StringComparison.Ordinal);
            Assert.DoesNotContain(OciServer.Secret, refused.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic !!!")]
    [InlineData("Basic YWxpY2U=")]
    [InlineData("Digest username=alice")]
    [InlineData("Bearer")]
    [InlineData("Bearer x")]
    [InlineData("Bearer x.y.z")]
    public async Task Credentials_that_cannot_be_read_are_refused_even_where_none_are_needed(string header)
    {
        var name = await server.RepositoryAsync(isPublic: true);
        await server.Alice.PushImageAsync(name, "v1");

        (await server.With(header).GetAsync($"/v2/{name}/manifests/v1")).Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Fact]
    public async Task A_private_repository_is_its_owners_its_organization_owners_and_roots()
    {
        var name = await server.RepositoryAsync(server.Alice);
        var manifest = await server.Alice.PushImageAsync(name, "v1");

        foreach (var client in (OciClient[])[server.Owner, server.Root])
        {
            Assert.Equal(manifest, (await client.GetAsync($"/v2/{name}/manifests/v1")).ExpectOk().Body);
            (await client.PutManifestAsync(name, "v2", manifest)).Expect(HttpStatusCode.Created);
            (await client.DeleteAsync($"/v2/{name}/manifests/v2")).Expect(HttpStatusCode.Accepted);
        }
        foreach (var (method, path) in Requests(Image.Sha256(manifest)))
        {
            foreach (var client in (OciClient[])[server.Bob, server.Stranger])
            {
                var denied = await client.SendAsync(method, $"/v2/{name}/{path}", null);
                denied.Expect(HttpStatusCode.Forbidden, "DENIED");
                Assert.Empty(denied.Challenge);
            }
            var refused = await server.Nobody.SendAsync(method, $"/v2/{name}/{path}", null);
            refused.Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
            Assert.Contains($",scope=\"repository:{name}:{ActionsOf(method, path)}", refused.Challenge, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_public_repository_is_read_by_everybody_and_written_by_its_own()
    {
        var name = await server.RepositoryAsync(server.Alice, isPublic: true);
        var manifest = await server.Alice.PushImageAsync(name, "v1");
        var foreign = await server.WithTokenAsync(server.Stranger, "repository:elsewhere/x:pull");

        foreach (var client in (OciClient[])[server.Bob, server.Stranger, server.Nobody, foreign])
        {
            Assert.Equal(manifest, (await client.GetAsync($"/v2/{name}/manifests/v1")).ExpectOk().Body);
            Assert.Equal(["v1"], (await client.GetAsync($"/v2/{name}/tags/list")).ExpectOk().Strings("tags"));
            (await client.GetAsync($"/v2/{name}/referrers/{Image.Unknown()}")).ExpectOk();
        }
        foreach (var (method, path) in Requests(Image.Sha256(manifest)).Where(request => ActionsOf(request.Method, request.Path) != "pull"))
        {
            (await server.Bob.SendAsync(method, $"/v2/{name}/{path}", null)).Expect(HttpStatusCode.Forbidden, "DENIED");
            var refused = (await server.Nobody.SendAsync(method, $"/v2/{name}/{path}", null)).Expect(HttpStatusCode.Unauthorized);
            Assert.Contains($"scope=\"repository:{name}:{ActionsOf(method, path)}", refused.Challenge, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_not_there_and_what_is_hidden_look_the_same_without_credentials()
    {
        var hidden = await server.RepositoryAsync();
        var absent = server.NewName();

        foreach (var (method, path) in Requests(Image.Unknown()))
        {
            var first = (await server.Nobody.SendAsync(method, $"/v2/{hidden}/{path}", null)).Expect(HttpStatusCode.Unauthorized);
            var second = (await server.Nobody.SendAsync(method, $"/v2/{absent}/{path}", null)).Expect(HttpStatusCode.Unauthorized);
            Assert.Equal(first.Challenge.Replace(hidden, absent, StringComparison.Ordinal), second.Challenge);
            Assert.Equal(first.Message, second.Message);
        }
        Assert.Null((await server.Root.GetAsync($"/v2/{absent}/tags/list")).Expect(HttpStatusCode.NotFound).Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task A_namespace_belongs_to_one_organization()
    {
        await server.RepositoryAsync(server.Alice);
        await server.RepositoryAsync(server.Stranger);

        foreach (var (client, name) in ((OciClient, string)[])
            [(server.Stranger, "default/of-stranger"), (server.Stranger, "default"), (server.Alice, "elsewhere/of-alice")])
        {
            (await client.PostAsync($"/v2/{name}/blobs/uploads/")).Expect(HttpStatusCode.Forbidden, "DENIED");
            (await client.PutManifestAsync(name, "v1", "{}"u8.ToArray())).Expect(HttpStatusCode.Forbidden, "DENIED");
            (await server.Root.GetAsync($"/v2/{name}/tags/list")).Expect(HttpStatusCode.NotFound, "NAME_UNKNOWN");
        }
    }

    [Fact]
    public async Task A_user_who_pushes_first_owns_the_repository()
    {
        var name = await server.RepositoryAsync(server.Bob);

        (await server.Bob.GetAsync($"/v2/{name}/tags/list")).ExpectOk();
        (await server.Alice.GetAsync($"/v2/{name}/tags/list")).Expect(HttpStatusCode.Forbidden, "DENIED");
    }

    [Fact]
    public async Task Of_first_pushes_by_two_users_at_once_one_becomes_the_owner()
    {
        for (var round = 0; round < 5; round++)
        {
            var name = server.NewName();

            var answers = await Task.WhenAll(
                new[] { server.Alice, server.Bob, server.Alice, server.Bob }.Select(who => who.PostAsync($"/v2/{name}/blobs/uploads/")));

            Assert.Equal(2, answers.Count(answer => answer.Status == HttpStatusCode.Accepted));
            Assert.Equal(2, answers.Count(answer => answer.Status == HttpStatusCode.Forbidden));
        }
    }

    [Fact]
    public async Task What_is_made_private_is_private_at_once()
    {
        var name = await server.RepositoryAsync(isPublic: true);
        await server.Alice.PushImageAsync(name, "v1");
        (await server.Nobody.GetAsync($"/v2/{name}/manifests/v1")).ExpectOk();

        await server.SetAsync(name, repository => repository with { IsPublic = false });

        (await server.Nobody.GetAsync($"/v2/{name}/manifests/v1")).Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    static (string Method, string Path)[] Requests(string digest) =>
    [
        ("GET", "manifests/v1"), ("GET", $"manifests/{digest}"), ("GET", "tags/list"), ("GET", $"referrers/{digest}"),
        ("GET", $"blobs/{digest}"), ("POST", "blobs/uploads/"), ("POST", $"blobs/uploads/?mount={digest}"),
        ("GET", "blobs/uploads/0"), ("PATCH", "blobs/uploads/0"), ("PUT", $"blobs/uploads/0?digest={digest}"),
        ("DELETE", "blobs/uploads/0"), ("PUT", "manifests/v2"), ("DELETE", "manifests/v1"), ("DELETE", $"blobs/{digest}"),
    ];

    static string ActionsOf(string method, string path) => path.StartsWith("blobs/uploads", StringComparison.Ordinal) || method == "PUT"
        ? "pull,push"
        : method == "DELETE" ? "pull,delete" : "pull";
}
