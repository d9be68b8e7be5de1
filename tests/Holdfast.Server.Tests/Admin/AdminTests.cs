using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Holdfast.Protocol;
using Holdfast.Server.Tests.S3;
using Holdfast.TestKit.Blobs;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Admin;

public sealed class AdminTests(S3Server server) : IClassFixture<S3Server>
{
    static readonly (string, string) Root = Basic(ServerFixture.RootAccessKey, ServerFixture.RootSecretKey);

    [Fact]
    public async Task An_artifact_record_tells_what_the_object_is()
    {
        var bucket = await server.BucketAsync();
        var sbom = "{\"spdxVersion\":\"SPDX-2.3\"}"u8.ToArray();
        var put = (await server.Root.PutAsync($"/{bucket}/dir/x.json", sbom, ("Content-Type", "application/json"))).ExpectOk();

        var record = Json((await SendAsync("GET", $"/api/v1/buckets/{bucket}/objects/dir/x.json")).ExpectOk());

        Assert.Equal("sbom", (string?)record["artifact_type"]);
        Assert.Equal("spdx", (string?)record["type_metadata"]!["format"]);
        Assert.Equal(Digest.Of(sbom).Hex, (string?)record["sha256"]);
        Assert.Equal("dir/x.json", (string?)record["key"]);
        Assert.Equal("application/json", (string?)record["content_type"]);
        Assert.Equal(put.ETag.Trim('"'), (string?)record["etag"]);
        Assert.Equal(sbom.Length, (int?)record["size"]);
    }

    [Fact]
    public async Task A_large_object_is_looked_at_too()
    {
        var bucket = await server.BucketAsync();
        byte[] content = [.. "%PDF-1.7\n"u8, .. TestBytes.Of(100_000)];
        (await server.Root.PutAsync($"/{bucket}/a.pdf", content)).ExpectOk();

        Assert.Equal("document", (string?)Json(await SendAsync("GET", $"/api/v1/buckets/{bucket}/objects/a.pdf"))["artifact_type"]);
    }

    [Fact]
    public async Task A_patch_merges_and_tells_all_faults_at_once()
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", "x")).ExpectOk();
        var target = $"/api/v1/buckets/{bucket}/objects/k";

        (await SendAsync(
            "PATCH",
            target,
            """{"artifact_type":"helm","labels":{"a":"1","b":"2"},"annotations":{"n":"v"},"type_metadata":{"m":"1"}}""")).ExpectOk();
        var changed = Json((await SendAsync("PATCH", target, """{"labels":{"a":null,"c":"3"}}""")).ExpectOk());

        Assert.Equal("helm", (string?)changed["artifact_type"]);
        Assert.Equal("""{"b":"2","c":"3"}""", changed["labels"]!.ToJsonString());
        Assert.Equal("v", (string?)changed["annotations"]!["n"]);
        var refused = (await SendAsync("PATCH", target, """{"artifact_type":"poem","labels":{"x":5},"annotations":[],"size":3}"""))
            .Expect(HttpStatusCode.BadRequest);
        foreach (var fault in (string[])["artifact_type", "labels.x", "annotations", "size"])
            Assert.Contains(fault, refused.Text, StringComparison.Ordinal);
        (await SendAsync("PATCH", target, "[]")).Expect(HttpStatusCode.BadRequest);
        (await SendAsync("PATCH", target, "{not json")).Expect(HttpStatusCode.BadRequest);
        (await SendAsync("PATCH", target, """{"a":1,"a":2}""")).Expect(HttpStatusCode.BadRequest);
        (await SendAsync("PATCH", target, new string(' ', 2 << 20))).Expect(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal("helm", (string?)Json(await SendAsync("GET", target))["artifact_type"]);
    }

    [Fact]
    public async Task Patches_at_the_same_time_all_count()
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", "%PDF-1.7\n")).ExpectOk();
        var target = $"/api/v1/buckets/{bucket}/objects/k";

        var replies = await Task.WhenAll(Enumerable.Range(0, 16)
            .Select(i => SendAsync("PATCH", target, $$$"""{"labels":{"n{{{i:00}}}":"{{{i}}}"}}""")));

        Assert.All(replies, reply => reply.ExpectOk());
        var record = Json((await SendAsync("GET", target)).ExpectOk());
        Assert.Equal(Enumerable.Range(0, 16).Select(i => $"n{i:00}"), record["labels"]!.AsObject().Select(label => label.Key));
        Assert.Equal("document", (string?)record["artifact_type"]);
    }

    [Fact]
    public async Task Null_removes_what_was_set_and_a_type_that_is_removed_is_detected_again()
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", "%PDF-1.7\n")).ExpectOk();
        var target = $"/api/v1/buckets/{bucket}/objects/k";
        (await SendAsync(
            "PATCH",
            target,
            """{"artifact_type":"helm","labels":{"a":"1"},"annotations":{"n":"v"},"type_metadata":{"m":"1"}}""")).ExpectOk();

        var changed = Json((await SendAsync("PATCH", target, """{"artifact_type":null,"labels":null,"annotations":null}""")).ExpectOk());

        Assert.Equal("document", (string?)changed["artifact_type"]);
        Assert.Equal("""{"format":"pdf"}""", changed["type_metadata"]!.ToJsonString());
        Assert.Equal("{}", changed["labels"]!.ToJsonString());
        Assert.Equal("{}", changed["annotations"]!.ToJsonString());
        Assert.Equal(
            "{}", Json((await SendAsync("PATCH", target, """{"type_metadata":null}""")).ExpectOk())["type_metadata"]!.ToJsonString());
    }

    [Theory]
    [InlineData("7B226C6162656C73223A7B2261223A22FF227D7D")] // {"labels":{"a":"\xFF"}}
    [InlineData("7B226C6162656C73223A7B22FF223A2261227D7D")]
    [InlineData("7B226C6162656C73223A7B2261223A225C7564383030227D7D")] // {"labels":{"a":"\ud800"}}
    [InlineData("7B226C6162656C73223A7B225C7564383030223A2261227D7D")]
    [InlineData("7B2261727469666163745F74797065223A225C7564633030227D")]
    public async Task Text_that_is_none_is_malformed(string hex)
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", "x")).ExpectOk();
        var body = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

        var reply = (await server.Nobody.PlainAsync("PATCH", $"/api/v1/buckets/{bucket}/objects/k", body, Root))
            .Expect(HttpStatusCode.BadRequest);

        Assert.Equal("malformed_json", (string?)Json(reply)["code"]);
    }

    [Fact]
    public async Task Details_tell_what_is_wrong_by_parameter()
    {
        var bucket = await server.BucketAsync();

        var version = Json(
            (await SendAsync("GET", $"/api/v1/buckets/{bucket}/objects/k?versionId=bogus")).Expect(HttpStatusCode.BadRequest));
        var flag = Json((await SendAsync("DELETE", $"/api/v1/buckets/{bucket}?recursive=yes")).Expect(HttpStatusCode.BadRequest));

        Assert.Equal("""{"versionId":"must be the id of a version or null"}""", version["details"]!.ToJsonString());
        Assert.Equal("""{"recursive":"must be true or false"}""", flag["details"]!.ToJsonString());
    }

    [Theory]
    [InlineData("recursive=true&dryrun=true", "dryrun")]
    [InlineData("recursive=true&dry-run=true", "dry-run")]
    [InlineData("recursive=", "recursive")]
    [InlineData("recursive=true&recursive=false", "recursive")]
    [InlineData("recursive=true&dry_run=false&dry_run=true", "dry_run")]
    public async Task A_deletion_that_is_not_plainly_asked_for_deletes_nothing(string query, string parameter)
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", "x")).ExpectOk();

        var refusal = Json((await SendAsync("DELETE", $"/api/v1/buckets/{bucket}?{query}")).Expect(HttpStatusCode.BadRequest));

        Assert.NotNull(refusal["details"]![parameter]);
        (await server.Root.GetAsync($"/{bucket}/k")).ExpectOk();
    }

    [Fact]
    public async Task Who_may_not_gets_no_record()
    {
        var bucket = await server.BucketAsync(server.Alice);
        (await server.Alice.PutAsync($"/{bucket}/k", "x")).ExpectOk();
        var target = $"/api/v1/buckets/{bucket}/objects/k";

        (await server.Nobody.PlainAsync("GET", target)).Expect(HttpStatusCode.Unauthorized);
        (await server.Nobody.PlainAsync("GET", target, null, Basic("alice-key", "wrong"))).Expect(HttpStatusCode.Unauthorized);
        (await server.Nobody.PlainAsync("GET", target, null, Basic("bob-key", "a-secret-of-tests"))).Expect(HttpStatusCode.Forbidden);
        (await server.Nobody.PlainAsync("GET", target, null, Basic("alice-key", "a-secret-of-tests"))).ExpectOk();
        (await SendAsync("GET", $"/api/v1/buckets/{bucket}/objects/none")).Expect(HttpStatusCode.NotFound);
        (await SendAsync("GET", $"/api/v1/buckets/{bucket}/objects/")).Expect(HttpStatusCode.BadRequest);
        (await SendAsync("GET", $"/api/v1/buckets/{bucket}/objects/k?versionId=x")).Expect(HttpStatusCode.BadRequest);
        (await SendAsync("GET", "/api/v1/buckets/no-such-bucket/objects/k")).Expect(HttpStatusCode.NotFound);
        (await SendAsync("GET", "/api/v1/nothing")).Expect(HttpStatusCode.NotFound);
        (await server.Nobody.PlainAsync("POST", "/api/v1/scrub", [], Basic("alice-key", "a-secret-of-tests")))
            .Expect(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_bucket_is_deleted_with_all_it_holds_and_a_dry_run_only_counts()
    {
        var bucket = await server.BucketAsync(isVersioned: true);
        for (var i = 0; i < 5; i++)
            (await server.Root.PutAsync($"/{bucket}/k{i % 2}", TestBytes.Of(1000, i))).ExpectOk();
        (await server.Root.DeleteAsync($"/{bucket}/k0")).Expect(HttpStatusCode.NoContent);
        var target = $"/api/v1/buckets/{bucket}";

        var counted = Json((await SendAsync("DELETE", target + "?recursive=true&dry_run=true")).ExpectOk());
        var refused = Json((await SendAsync("DELETE", target + "?dry_run=true")).ExpectOk());
        (await SendAsync("DELETE", target)).Expect(HttpStatusCode.Conflict);
        (await SendAsync("DELETE", target + "?recursive=maybe")).Expect(HttpStatusCode.BadRequest);
        var deleted = Json((await SendAsync("DELETE", target + "?recursive=true")).ExpectOk());

        Assert.Equal(
            (6, 5000, false, true),
            ((int)counted["versions"]!, (int)counted["bytes"]!, (bool)counted["deleted"]!, (bool)counted["deletable"]!));
        Assert.False((bool)refused["deletable"]!);
        Assert.True((bool)deleted["deleted"]!);
        Assert.Equal(6, (int)deleted["versions"]!);
        (await server.Root.HeadAsync($"/{bucket}")).Expect(HttpStatusCode.NotFound);
        (await SendAsync("DELETE", target)).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_scrub_reads_every_blob_and_tells_its_progress()
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", TestBytes.Of(100_000, 31))).ExpectOk();

        (await SendAsync("POST", "/api/v1/scrub", "")).Expect(HttpStatusCode.Accepted);

        var started = TimeProvider.System.GetTimestamp();
        JsonNode run;
        do
        {
            run = Json((await SendAsync("GET", "/api/v1/scrub")).ExpectOk());
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(1), "the scrub does not end");
        }
        while ((bool)run["running"]!);
        Assert.True((int)run["blobs"]! >= 1);
        Assert.Equal(0, (int)run["damaged"]!);
        Assert.Null(run["failure"]);
    }

    Task<S3Reply> SendAsync(string method, string target, string? body = null) =>
        server.Nobody.PlainAsync(method, target, body is null ? null : Encoding.UTF8.GetBytes(body), Root);

    static JsonNode Json(S3Reply reply) => JsonNode.Parse(reply.Text)!;

    static (string, string) Basic(string key, string secret) =>
        ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:{secret}")));
}
