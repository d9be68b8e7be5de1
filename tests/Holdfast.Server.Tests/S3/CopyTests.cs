using System.Net;
using Holdfast.TestKit.Blobs;

namespace Holdfast.Server.Tests.S3;

public sealed class CopyTests(S3Server server) : IClassFixture<S3Server>
{
    [Fact]
    public async Task A_copy_has_the_bytes_metadata_and_tags_of_its_source()
    {
        var (bucket, other) = (await server.BucketAsync(), await server.BucketAsync());
        var content = TestBytes.Of(50_000);
        (await server.Root.PutAsync(
            $"/{bucket}/a%2Bb", content, ("x-amz-meta-m", "1"), ("Content-Type", "text/a"), ("x-amz-tagging", "t=1"))).ExpectOk();

        var copied = (await server.Root.PutAsync($"/{other}/c", "", ("x-amz-copy-source", $"{bucket}/a%2Bb"))).ExpectOk();

        var got = await server.Root.GetAsync($"/{other}/c");
        Assert.Equal(content, got.Body);
        Assert.Equal("1", got.Header("x-amz-meta-m"));
        Assert.Equal("text/a", got.Header("Content-Type"));
        Assert.Equal("1", got.Header("x-amz-tagging-count"));
        Assert.Equal(got.ETag, copied.All("ETag")[0]);
    }

    [Fact]
    public async Task Replacing_takes_the_new_headers_and_drops_the_old()
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync(
            $"/{bucket}/a", "x"u8.ToArray(), ("x-amz-meta-m", "1"), ("Content-Type", "text/a"), ("x-amz-tagging", "t=1"))).ExpectOk();

        (await server.Root.PutAsync(
            $"/{bucket}/a",
            "",
            ("x-amz-copy-source", $"/{bucket}/a"),
            ("x-amz-metadata-directive", "REPLACE"),
            ("x-amz-tagging-directive", "REPLACE"),
            ("x-amz-meta-n", "2"))).ExpectOk();

        var got = await server.Root.GetAsync($"/{bucket}/a");
        Assert.Null(got.Header("x-amz-meta-m"));
        Assert.Equal("2", got.Header("x-amz-meta-n"));
        Assert.Equal("binary/octet-stream", got.Header("Content-Type"));
        Assert.Null(got.Header("x-amz-tagging-count"));
        Assert.Equal("x", got.Text);
    }

    [Fact]
    public async Task A_copy_onto_itself_that_changes_nothing_is_refused()
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/a", "x")).ExpectOk();

        (await server.Root.PutAsync($"/{bucket}/a", "", ("x-amz-copy-source", $"/{bucket}/a")))
            .Expect(HttpStatusCode.BadRequest, "InvalidRequest");
    }

    [Theory]
    [InlineData("x-amz-copy-source-if-match", "\"no\"")]
    [InlineData("x-amz-copy-source-if-none-match", "etag")]
    [InlineData("x-amz-copy-source-if-modified-since", "now")]
    [InlineData("x-amz-copy-source-if-unmodified-since", "Sat, 01 Jan 2000 00:00:00 GMT")]
    [InlineData("If-None-Match", "*")]
    public async Task A_failed_condition_of_a_copy_is_412(string header, string value)
    {
        var bucket = await server.BucketAsync();
        var etag = (await server.Root.PutAsync($"/{bucket}/a", "x")).ETag;
        (await server.Root.PutAsync($"/{bucket}/b", "old")).ExpectOk();
        var said = value switch
        {
            "etag" => etag,
            "now" => (await server.Root.HeadAsync($"/{bucket}/a")).Header("Last-Modified")!,
            _ => value,
        };

        (await server.Root.PutAsync($"/{bucket}/b", "", ("x-amz-copy-source", $"{bucket}/a"), (header, said)))
            .Expect(HttpStatusCode.PreconditionFailed);

        Assert.Equal("old", (await server.Root.GetAsync($"/{bucket}/b")).Text);
    }

    [Fact]
    public async Task A_source_that_is_not_there_or_a_marker_is_refused()
    {
        var bucket = await server.BucketAsync(isVersioned: true);
        (await server.Root.PutAsync($"/{bucket}/a", "x")).ExpectOk();
        var marker = (await server.Root.DeleteAsync($"/{bucket}/a")).VersionId;

        (await CopyAsync("none-such-bucket/a")).Expect(HttpStatusCode.NotFound, "NoSuchBucket");
        (await CopyAsync($"{bucket}/none")).Expect(HttpStatusCode.NotFound, "NoSuchKey");
        (await CopyAsync($"{bucket}/a")).Expect(HttpStatusCode.NotFound, "NoSuchKey");
        (await CopyAsync($"{bucket}/a?versionId={marker}")).Expect(HttpStatusCode.BadRequest, "InvalidRequest");
        (await CopyAsync("only-a-bucket")).Expect(HttpStatusCode.BadRequest);

        Task<S3Reply> CopyAsync(string source) => server.Root.PutAsync($"/{bucket}/b", "", ("x-amz-copy-source", source));
    }

    [Fact]
    public async Task An_older_version_is_copied_by_its_id()
    {
        var bucket = await server.BucketAsync(isVersioned: true);
        var first = (await server.Root.PutAsync($"/{bucket}/a", "one")).VersionId;
        (await server.Root.PutAsync($"/{bucket}/a", "two")).ExpectOk();

        var copied = (await server.Root.PutAsync($"/{bucket}/a", "", ("x-amz-copy-source", $"{bucket}/a?versionId={first}"))).ExpectOk();

        Assert.Equal(first, copied.Header("x-amz-copy-source-version-id"));
        Assert.NotEqual(first, copied.VersionId);
        Assert.Equal("one", (await server.Root.GetAsync($"/{bucket}/a")).Text);
    }

    [Fact]
    public async Task What_the_caller_may_not_read_is_not_copied()
    {
        var (theirs, mine) = (await server.BucketAsync(server.Alice), await server.BucketAsync(server.Bob));
        (await server.Alice.PutAsync($"/{theirs}/a", "secret")).ExpectOk();

        (await server.Bob.PutAsync($"/{mine}/b", "", ("x-amz-copy-source", $"{theirs}/a")))
            .Expect(HttpStatusCode.Forbidden, "AccessDenied");
        (await server.Bob.PutAsync($"/{mine}/b", "", ("x-amz-copy-source", $"{theirs}/none")))
            .Expect(HttpStatusCode.Forbidden, "AccessDenied");
    }
}
