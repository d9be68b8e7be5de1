using System.Net;
using System.Text.Json.Nodes;
using Holdfast.Server.Tests.Oci;
using Holdfast.Server.Tests.S3;

namespace Holdfast.Server.Tests.Admin;

public sealed class RepositoryTests(S3Server server) : IClassFixture<S3Server>
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repository_is_made_by_hand_or_by_a_push_and_shown_with_its_settings()
    {
        using var alice = Caller("alice");

        var made = await alice.JsonAsync("PUT", "/api/v1/repositories/made/by/hand", "", HttpStatusCode.Created);
        await alice.JsonAsync("PUT", "/api/v1/repositories/made/by/hand", "");
        await alice.PushImageAsync("made/by-push", "v1", "x");
        var pushed = await alice.JsonAsync("GET", "/api/v1/repositories/made/by-push");

        Assert.Equal("made/by/hand", (string?)made["name"]);
        Assert.Equal("alice-id", (string?)pushed["owner"]);
        Assert.False((bool?)pushed["public"]);
        Assert.Null(pushed["untagged_age"]);
        Assert.Empty(pushed["retention"]!.AsArray());
    }

    [Fact]
    public async Task A_public_repository_is_pulled_without_credentials_until_it_is_private_again()
    {
        using var alice = Caller("alice");
        using var nobody = new RegistryCaller(server.Fixture, null);
        await alice.PushImageAsync("open/app", "v1", "x");

        await nobody.SendAsync(HttpStatusCode.Unauthorized, "GET", "/v2/open/app/manifests/v1");
        await alice.JsonAsync("PATCH", "/api/v1/repositories/open/app", """{"public":true,"description":"An app"}""");
        await nobody.GetAsync("/v2/open/app/manifests/v1");
        await nobody.SendAsync(HttpStatusCode.Unauthorized, "DELETE", "/v2/open/app/manifests/v1");
        var changed = await alice.JsonAsync("PATCH", "/api/v1/repositories/open/app", """{"public":null}""");
        await nobody.SendAsync(HttpStatusCode.Unauthorized, "GET", "/v2/open/app/manifests/v1");

        Assert.Equal("An app", (string?)changed["description"]);
    }

    [Fact]
    public async Task Immutable_tags_are_set_by_patterns()
    {
        using var alice = Caller("alice");
        await alice.JsonAsync("PUT", "/api/v1/repositories/fixed/app", "", HttpStatusCode.Created);
        await alice.JsonAsync("PATCH", "/api/v1/repositories/fixed/app", """{"immutable_tags":["v*"]}""");
        var first = await alice.PushImageAsync("fixed/app", "v1", "x");

        await alice.PushImageAsync("fixed/app", "v1", "x");
        await alice.SendAsync(HttpStatusCode.Forbidden, "DELETE", "/v2/fixed/app/manifests/v1");
        await alice.SendAsync(HttpStatusCode.Forbidden, "DELETE", $"/v2/fixed/app/manifests/{first}");
        await alice.PushImageAsync("fixed/app", "latest", "x");
        await alice.PushImageAsync("fixed/app", "latest", "y");

        Assert.Equal(["latest", "v1"], Tags(await alice.JsonAsync("GET", "/v2/fixed/app/tags/list")));
    }

    [Fact]
    public async Task All_faults_of_a_change_are_told_and_nothing_is_changed()
    {
        using var alice = Caller("alice");
        await alice.JsonAsync("PUT", "/api/v1/repositories/faulty/app", "", HttpStatusCode.Created);

        var refused = await alice.JsonAsync(
            "PATCH",
            "/api/v1/repositories/faulty/app",
            """{"public":1,"description":5,"immutable_tags":["a/b"],"untagged_age":-1,"retention":{},"name":"x"}""",
            HttpStatusCode.BadRequest);

        Assert.Equal(
            ["description", "immutable_tags[0]", "name", "public", "retention", "untagged_age"],
            refused["details"]!.AsObject().Select(detail => detail.Key).Order(StringComparer.Ordinal));
        Assert.Equal("", (string?)(await alice.JsonAsync("GET", "/api/v1/repositories/faulty/app"))["description"]);
    }

    [Fact]
    public async Task Lists_show_what_the_caller_may_pull_in_pages()
    {
        using var alice = Caller("alice");
        using var bob = Caller("bob");
        using var stranger = Caller("stranger");
        foreach (var name in new[] { "list-a/1", "list-a/2", "list-a/3" })
            await alice.JsonAsync("PUT", $"/api/v1/repositories/{name}", "", HttpStatusCode.Created);
        await alice.JsonAsync("PATCH", "/api/v1/repositories/list-a/2", """{"public":true}""");

        var first = await alice.JsonAsync("GET", "/api/v1/repositories?limit=2&after=list-a");
        var second = await alice.JsonAsync("GET", $"/api/v1/repositories?limit=2&after={(string?)first["next"]}");

        Assert.Equal(["list-a/1", "list-a/2"], Names(first));
        Assert.Equal("list-a/3", Names(second)[0]);
        Assert.Equal(["list-a/2"], Names(await bob.JsonAsync("GET", "/api/v1/repositories?after=list-a&limit=1")));
        Assert.Contains("list-a/2", Names(await stranger.JsonAsync("GET", "/api/v1/repositories?limit=1000")));
        Assert.DoesNotContain("list-a/1", Names(await stranger.JsonAsync("GET", "/api/v1/repositories?limit=1000")));
        await alice.JsonAsync("GET", "/api/v1/repositories?limit=0", null, HttpStatusCode.BadRequest);
        await alice.JsonAsync("GET", "/api/v1/repositories?size=3", null, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Others_neither_change_nor_delete_a_repository()
    {
        using var alice = Caller("alice");
        using var bob = Caller("bob");
        await alice.JsonAsync("PUT", "/api/v1/repositories/guarded/app", "", HttpStatusCode.Created);

        await bob.JsonAsync("GET", "/api/v1/repositories/guarded/app", null, HttpStatusCode.Forbidden);
        await bob.JsonAsync("PUT", "/api/v1/repositories/guarded/app", "", HttpStatusCode.Forbidden);
        await bob.JsonAsync("PATCH", "/api/v1/repositories/guarded/app", "{}", HttpStatusCode.Forbidden);
        await bob.JsonAsync("DELETE", "/api/v1/repositories/guarded/app", null, HttpStatusCode.Forbidden);
        await bob.JsonAsync("GET", "/api/v1/repositories/never/made", null, HttpStatusCode.NotFound);
        await bob.JsonAsync("PUT", "/api/v1/repositories/NOT/valid", "", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_deleted_repository_is_gone_at_once_and_can_be_made_anew()
    {
        using var alice = Caller("alice");
        await alice.PushImageAsync("doomed/app", "v1", "x");

        using var deleted = await alice.SendAsync(HttpStatusCode.NoContent, "DELETE", "/api/v1/repositories/doomed/app");
        await alice.SendAsync(HttpStatusCode.NotFound, "GET", "/v2/doomed/app/manifests/v1");
        await alice.PushImageAsync("doomed/app", "v2", "y");

        Assert.Equal(["v2"], Tags(await alice.JsonAsync("GET", "/v2/doomed/app/tags/list")));
    }

    [Fact]
    public async Task A_bucket_is_shown_as_a_repository_and_deleted_as_a_bucket()
    {
        var bucket = await server.BucketAsync(server.Alice);
        using var alice = Caller("alice");

        var shown = await alice.JsonAsync("GET", $"/api/v1/repositories/{bucket}");
        await alice.JsonAsync("DELETE", $"/api/v1/repositories/{bucket}", null, HttpStatusCode.Conflict);
        await alice.JsonAsync("PATCH", $"/api/v1/repositories/{bucket}", """{"public":true}""", HttpStatusCode.BadRequest);

        Assert.True((bool?)shown["is_bucket"]);
    }

    RegistryCaller Caller(string user) => new(server.Fixture, $"{user}-key");

    static List<string> Tags(JsonNode list) => [.. list["tags"]!.AsArray().Select(tag => (string)tag!)];

    static List<string> Names(JsonNode page) => [.. page["repositories"]!.AsArray().Select(one => (string)one!["name"]!)];
}
