using System.Net;

namespace Holdfast.Server.Tests.S3;

public sealed class ConditionTests(S3Server server) : IClassFixture<S3Server>
{
    const string Past = "Sat, 01 Jan 2000 00:00:00 GMT";
    const string Future = "Sat, 01 Jan 2033 00:00:00 GMT";

    [Theory]
    [InlineData("If-Match", "etag", 200)]
    [InlineData("If-Match", "*", 200)]
    [InlineData("If-Match", "\"other\"", 412)]
    [InlineData("If-None-Match", "etag", 304)]
    [InlineData("If-None-Match", "\"other\"", 200)]
    [InlineData("If-Modified-Since", Past, 200)]
    [InlineData("If-Modified-Since", "now", 304)]
    [InlineData("If-Unmodified-Since", Past, 412)]
    [InlineData("If-Unmodified-Since", Future, 200)]
    public async Task A_read_keeps_its_condition(string header, string value, int status)
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", "x"u8.ToArray(), ("Cache-Control", "max-age=9"))).ExpectOk();
        var head = await server.Root.HeadAsync($"/{bucket}/k");
        var said = value switch { "etag" => head.ETag, "now" => head.Header("Last-Modified")!, _ => value };

        var got = await server.Root.GetAsync($"/{bucket}/k", (header, said));

        Assert.Equal(status, (int)got.Status);
        if (status != 304)
            return;
        Assert.Empty(got.Body);
        Assert.Equal(head.ETag, got.ETag);
        Assert.Equal(head.Header("Last-Modified"), got.Header("Last-Modified"));
        Assert.Equal("max-age=9", got.Header("Cache-Control"));
    }

    [Fact]
    public async Task If_match_beats_if_unmodified_since_and_if_none_match_beats_if_modified_since()
    {
        var bucket = await server.BucketAsync();
        var etag = (await server.Root.PutAsync($"/{bucket}/k", "x")).ETag;

        (await server.Root.GetAsync($"/{bucket}/k", ("If-Match", etag), ("If-Unmodified-Since", Past))).ExpectOk();
        (await server.Root.GetAsync($"/{bucket}/k", ("If-None-Match", etag), ("If-Modified-Since", Past)))
            .Expect(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task If_range_chooses_between_the_range_and_the_whole()
    {
        var bucket = await server.BucketAsync();
        var etag = (await server.Root.PutAsync($"/{bucket}/k", "0123456789")).ETag;

        Assert.Equal("01", (await server.Root.GetAsync($"/{bucket}/k", ("Range", "bytes=0-1"), ("If-Range", etag))).Text);
        Assert.Equal("0123456789", (await server.Root.GetAsync($"/{bucket}/k", ("Range", "bytes=0-1"), ("If-Range", "\"other\""))).Text);
    }

    [Fact]
    public async Task A_write_keeps_its_condition()
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", "a", ("If-Match", "\"any\""))).Expect(HttpStatusCode.NotFound, "NoSuchKey");
        var first = (await server.Root.PutAsync($"/{bucket}/k", "a", ("If-None-Match", "*"))).ExpectOk();

        (await server.Root.PutAsync($"/{bucket}/k", "b", ("If-None-Match", "*")))
            .Expect(HttpStatusCode.PreconditionFailed, "PreconditionFailed");
        (await server.Root.PutAsync($"/{bucket}/k", "b", ("If-Match", "\"0123\""))).Expect(HttpStatusCode.PreconditionFailed);
        (await server.Root.PutAsync($"/{bucket}/k", "b", ("If-None-Match", first.ETag)))
            .Expect(HttpStatusCode.NotImplemented, "NotImplemented");
        (await server.Root.PutAsync($"/{bucket}/k", "b", ("If-Match", first.ETag))).ExpectOk();
        Assert.Equal("b", (await server.Root.GetAsync($"/{bucket}/k")).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_many_writers_that_want_to_be_first_one_is(bool isVersioned)
    {
        var bucket = await server.BucketAsync(isVersioned: isVersioned);

        var replies = await Task.WhenAll(Enumerable.Range(0, 12)
            .Select(i => server.Root.PutAsync($"/{bucket}/lock", $"writer {i}", ("If-None-Match", "*"))));

        var winner = Assert.Single(replies, reply => reply.Status == HttpStatusCode.OK);
        Assert.All(replies.Where(reply => reply != winner), reply => reply.Expect(HttpStatusCode.PreconditionFailed));
        Assert.Equal(winner.ETag, (await server.Root.GetAsync($"/{bucket}/lock")).ETag);
    }

    [Fact]
    public async Task A_delete_keeps_its_condition()
    {
        var bucket = await server.BucketAsync();
        var etag = (await server.Root.PutAsync($"/{bucket}/k", "abc")).ETag;

        (await server.Root.DeleteAsync($"/{bucket}/k", ("If-Match", "\"other\""))).Expect(HttpStatusCode.PreconditionFailed);
        (await server.Root.DeleteAsync($"/{bucket}/k", ("x-amz-if-match-size", "4"))).Expect(HttpStatusCode.PreconditionFailed);
        (await server.Root.DeleteAsync($"/{bucket}/k", ("x-amz-if-match-size", "x"))).Expect(HttpStatusCode.BadRequest, "InvalidArgument");
        (await server.Root.DeleteAsync($"/{bucket}/k", ("x-amz-if-match-last-modified-time", Past)))
            .Expect(HttpStatusCode.PreconditionFailed);
        (await server.Root.DeleteAsync($"/{bucket}/k", ("x-amz-if-match-last-modified-time", "?"))).Expect(HttpStatusCode.BadRequest);
        (await server.Root.DeleteAsync($"/{bucket}/none", ("If-Match", "*"))).Expect(HttpStatusCode.PreconditionFailed);
        (await server.Root.DeleteAsync($"/{bucket}/k", ("If-Match", etag), ("x-amz-if-match-size", "3"))).Expect(HttpStatusCode.NoContent);
        (await server.Root.GetAsync($"/{bucket}/k")).Expect(HttpStatusCode.NotFound);
    }
}
