using System.Net;
using System.Text.Json.Nodes;
using Holdfast.Server.Tests.Oci;
using Holdfast.TestKit;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Admin;

public sealed class RetentionTests
{
    [Fact]
    public async Task A_dry_run_tells_and_a_run_removes_what_can_be_had_back()
    {
        await using var server = await ServerFixture.StartAsync();
        using var root = RegistryCaller.Root(server);
        var digests = new Dictionary<string, string>();
        foreach (var tag in new[] { "v1", "v2", "v3", "stable" })
            digests[tag] = (await root.PushImageAsync("app", tag, tag)).ToString();
        await root.JsonAsync("PATCH", "/api/v1/repositories/app", """{"retention":[{"tags":["v*"],"keep_pushed":1}]}""");

        var planned = await root.JsonAsync("POST", "/api/v1/retention/app?dry_run=true");
        Assert.Equal(4, (int?)planned["tags"]);
        Assert.Equal(["v1", "v2"], planned["first"]!.AsArray().Select(one => (string)one!["tag"]!));
        Assert.Contains("rule 0", (string?)planned["first"]![0]!["reason"], StringComparison.Ordinal);
        await root.GetAsync("/v2/app/manifests/v1");

        var done = await root.JsonAsync("POST", "/api/v1/retention/app");
        Assert.Equal(2, (int?)done["removed"]);
        await root.SendAsync(HttpStatusCode.NotFound, "GET", "/v2/app/manifests/v1");
        var removed = await root.JsonAsync("GET", "/api/v1/removed-tags/app?limit=1");
        Assert.Equal(digests["v1"], (string?)removed["removed"]![0]!["digest"]);
        var rest = await root.JsonAsync("GET", $"/api/v1/removed-tags/app?after={(string?)removed["next"]}");
        Assert.Equal("v2", (string?)rest["removed"]![0]!["tag"]);

        await root.JsonAsync("POST", "/api/v1/removed-tags/app", """{"tag":"v1"}""");
        using var back = await root.SendAsync(HttpStatusCode.OK, "HEAD", "/v2/app/manifests/v1");
        Assert.Equal(digests["v1"], back.Headers.GetValues("Docker-Content-Digest").Single());
        await root.JsonAsync("POST", "/api/v1/removed-tags/app", """{"tag":"v1"}""", HttpStatusCode.NotFound);
        await root.JsonAsync("POST", "/api/v1/removed-tags/app", """{"tag":5}""", HttpStatusCode.BadRequest);
        await root.JsonAsync("GET", "/api/v1/removed-tags/app?after=x", null, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_tag_that_exists_again_is_not_overwritten_by_the_one_that_was_removed()
    {
        await using var server = await ServerFixture.StartAsync();
        using var root = RegistryCaller.Root(server);
        await root.PushImageAsync("app", "v1", "old");
        await root.JsonAsync("PATCH", "/api/v1/repositories/app", """{"retention":[{"tags":["*"],"keep_pushed":0}]}""");
        await root.JsonAsync("POST", "/api/v1/retention/app");

        var current = await root.PushImageAsync("app", "v1", "new");
        await root.JsonAsync("POST", "/api/v1/removed-tags/app", """{"tag":"v1"}""", HttpStatusCode.Conflict);

        using var head = await root.SendAsync(HttpStatusCode.OK, "HEAD", "/v2/app/manifests/v1");
        Assert.Equal(current.ToString(), head.Headers.GetValues("Docker-Content-Digest").Single());
    }

    [Fact]
    public async Task An_immutable_tag_outlives_the_rules()
    {
        await using var server = await ServerFixture.StartAsync();
        using var root = RegistryCaller.Root(server);
        await root.PushImageAsync("app", "v1", "x");
        await root.JsonAsync(
            "PATCH", "/api/v1/repositories/app", """{"immutable_tags":["v1"],"retention":[{"tags":["*"],"keep_pushed":0}]}""");

        Assert.Equal(0, (int?)(await root.JsonAsync("POST", "/api/v1/retention/app"))["removed"]);
    }

    [Fact]
    public async Task What_was_pulled_counts_as_used()
    {
        await using var server = await ServerFixture.StartAsync();
        using var root = RegistryCaller.Root(server);
        foreach (var tag in new[] { "used", "unused" })
            await root.PushImageAsync("app", tag, tag);
        await root.JsonAsync("PATCH", "/api/v1/repositories/app", """{"retention":[{"tags":["*"],"pulled_within":3600}]}""");
        Assert.Equal(2, await PlannedAsync(root));

        await root.GetAsync("/v2/app/manifests/used");

        await Eventually.HoldsAsync(async () => await PlannedAsync(root) == 1, "the pull to be known");
        await root.JsonAsync("POST", "/api/v1/retention/app");
        Assert.Equal(["used"], Tags(await root.JsonAsync("GET", "/v2/app/tags/list")));
    }

    [Fact]
    public async Task Rules_run_by_themselves()
    {
        await using var server = await StartEagerAsync(TimeSpan.FromDays(7));
        using var root = RegistryCaller.Root(server);
        await root.PushImageAsync("app", "a", "a");
        await root.PushImageAsync("app", "b", "b");

        await root.JsonAsync("PATCH", "/api/v1/repositories/app", """{"retention":[{"tags":["*"],"keep_pushed":1}]}""");

        await Eventually.HoldsAsync(async () => Tags(await root.JsonAsync("GET", "/v2/app/tags/list")) is ["b"], "the rules to run");
    }

    [Fact]
    public async Task Behind_the_window_what_was_removed_is_collected()
    {
        await using var server = await StartEagerAsync(TimeSpan.Zero);
        using var root = RegistryCaller.Root(server);
        var digest = await root.PushImageAsync("app", "v1", new string('x', 40_000));
        await root.JsonAsync(
            "PATCH", "/api/v1/repositories/app", """{"untagged_age":0,"retention":[{"tags":["*"],"keep_pushed":0}]}""");

        await Eventually.HoldsAsync(() => IsGoneAsync(root, digest), "the manifest to go");
        await Eventually.HoldsAsync(
            () => Directory.GetFiles(server.DataDirectory + "/blobs", "*", SearchOption.AllDirectories).Length == 0, "its layer to go");
    }

    [Fact]
    public async Task Manifests_that_nothing_reaches_go_and_all_others_stay()
    {
        await using var server = await StartEagerAsync(TimeSpan.FromDays(7));
        using var root = RegistryCaller.Root(server);
        var tagged = await root.PushImageAsync("app", "v1", "one");
        var untagged = await root.PushImageAsync("app", "v2", "two");
        var child = await root.PushImageAsync("app", "child", "child");
        var index = $$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
            {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{child}}","size":3}]}
            """;
        using var put = await root.SendAsync(
            HttpStatusCode.Created,
            "PUT",
            "/v2/app/manifests/many",
            System.Text.Encoding.UTF8.GetBytes(index),
            "application/vnd.oci.image.index.v1+json");
        var signature = await root.PushImageAsync("app", "sig", "sig", tagged);
        var dangling = await root.PushImageAsync("app", "dangling", "dangling", Protocol.Digest.Of("gone"u8));
        foreach (var tag in new[] { "v2", "child", "sig", "dangling" })
            await root.SendAsync(HttpStatusCode.Accepted, "DELETE", $"/v2/app/manifests/{tag}");

        await root.JsonAsync("PATCH", "/api/v1/repositories/app", """{"untagged_age":0,"dangling_age":0}""");

        foreach (var digest in new[] { untagged, dangling })
            await Eventually.HoldsAsync(() => IsGoneAsync(root, digest), "what nothing reaches to go");
        foreach (var digest in new[] { tagged, child, signature })
            await root.SendAsync(HttpStatusCode.OK, "HEAD", $"/v2/app/manifests/{digest}");
    }

    [Fact]
    public async Task Each_age_is_judged_by_itself()
    {
        await using var server = await StartEagerAsync(TimeSpan.FromDays(7));
        using var root = RegistryCaller.Root(server);
        await root.JsonAsync("PUT", "/api/v1/repositories/app", "", HttpStatusCode.Created);
        await root.JsonAsync("PATCH", "/api/v1/repositories/app", """{"untagged_age":1,"dangling_age":3600}""");
        var untagged = await root.PushImageAsync("app", "a", "one");
        var dangling = await root.PushImageAsync("app", "b", "two", Protocol.Digest.Of("gone"u8));
        foreach (var tag in new[] { "a", "b" })
            await root.SendAsync(HttpStatusCode.Accepted, "DELETE", $"/v2/app/manifests/{tag}");

        await Eventually.HoldsAsync(() => IsGoneAsync(root, untagged), "the untagged to go");
        await root.SendAsync(HttpStatusCode.OK, "HEAD", $"/v2/app/manifests/{dangling}");
        await root.JsonAsync("PATCH", "/api/v1/repositories/app", """{"untagged_age":3600,"dangling_age":1}""");
        await Eventually.HoldsAsync(() => IsGoneAsync(root, dangling), "the dangling to go");
    }

    static Task<ServerFixture> StartEagerAsync(TimeSpan window) => ServerFixture.StartAsync(new ServerOptions
    {
        Settings = settings => settings with
        {
            Collection = settings.Collection with { Grace = TimeSpan.Zero, Interval = TimeSpan.FromMilliseconds(50) },
            Oci = settings.Oci with { UnusedBlobAge = TimeSpan.FromSeconds(2) },
            Retention = settings.Retention with { Interval = TimeSpan.FromMilliseconds(100), UndeleteWindow = window },
        },
    });

    static async Task<bool> IsGoneAsync(RegistryCaller root, Protocol.Digest digest)
    {
        using var answer = await root.SendAsync("HEAD", $"/v2/app/manifests/{digest}");
        return answer.StatusCode == HttpStatusCode.NotFound;
    }

    static async Task<int?> PlannedAsync(RegistryCaller root) =>
        (int?)(await root.JsonAsync("POST", "/api/v1/retention/app?dry_run=true"))["removed"];

    static List<string> Tags(JsonNode list) => [.. list["tags"]!.AsArray().Select(tag => (string)tag!)];
}
