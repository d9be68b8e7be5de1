using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

public sealed class ObjectTests(ServerUnderTest server)
{
    const string EmptyMd5 = "\"d41d8cd98f00b204e9800998ecf8427e\"";

    readonly S3Wire _s3 = server.Wire;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 * 1024)]
    [InlineData(16 * 1024 + 1)]
    [InlineData(64 * 1024)]
    [InlineData(1_000_003)]
    public async Task Bytes_come_back_and_the_etag_is_their_md5(int length)
    {
        var (bucket, bytes) = (await _s3.BucketAsync(), Keys.Random(length));

        var put = (await _s3.PutAsync($"{bucket}/key", bytes)).Ok();
        var got = (await _s3.GetAsync($"{bucket}/key")).Ok();
        var head = (await _s3.HeadAsync($"{bucket}/key")).Ok();

        Assert.Equal(bytes, got.Body);
        Assert.Equal($"\"{Sums.Md5Hex(bytes)}\"", put.ETag);
        Assert.Equal((put.ETag, put.ETag), (got.ETag, head.ETag));
        Assert.Equal(length.ToString(), head["Content-Length"]);
        Assert.Equal(("bytes", "bytes"), (got["Accept-Ranges"], head["Accept-Ranges"]));
        Assert.Equal(got["Last-Modified"], head["Last-Modified"]);
        Assert.Empty(head.Body);
    }

    [Theory]
    [InlineData("Content-Type", "text/plain; charset=utf-8")]
    [InlineData("Cache-Control", "max-age=60, public")]
    [InlineData("Content-Disposition", "attachment; filename=\"a b.txt\"")]
    [InlineData("Content-Encoding", "gzip")]
    [InlineData("Content-Language", "de, en")]
    [InlineData("Expires", "Thu, 01 Dec 2044 16:00:00 GMT")]
    [InlineData("x-amz-meta-Mixed-Case", "Value Kept")]
    [InlineData("x-amz-meta-empty", "")]
    [InlineData("x-amz-meta-raw", "Größe 日本 🚀")]
    [InlineData("x-amz-meta-encoded", "=?UTF-8?B?R3LDtsOfZQ==?=")]
    [InlineData("x-amz-website-redirect-location", "/elsewhere")]
    public async Task A_header_given_at_upload_is_given_back(string name, string value)
    {
        var bucket = await _s3.BucketAsync();
        (await _s3.PutAsync($"{bucket}/key", "x", (name, value))).Ok();

        Assert.Equal(value, (await _s3.GetAsync($"{bucket}/key")).Ok()[name]);
        Assert.Equal(value, (await _s3.HeadAsync($"{bucket}/key")).Ok()[name]);
    }

    [Fact]
    public async Task Without_a_content_type_it_is_octets_and_metadata_names_are_lower_case()
    {
        var bucket = await _s3.BucketAsync();
        (await _s3.PutAsync($"{bucket}/key", "x", ("x-amz-meta-List", "one, two"))).Ok();

        var got = (await _s3.GetAsync($"{bucket}/key")).Ok();

        Assert.Contains(got["Content-Type"], new[] { "binary/octet-stream", "application/octet-stream" });
        Assert.Contains("x-amz-meta-list: one, two", got.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_upload_replaces_everything_of_the_first()
    {
        var bucket = await _s3.BucketAsync();
        await _s3.PutAsync($"{bucket}/key", "first", ("x-amz-meta-a", "1"), ("Cache-Control", "no-store"), ("x-amz-tagging", "t=1"));

        await _s3.PutAsync($"{bucket}/key", "second", ("x-amz-meta-b", "2"));
        var got = (await _s3.GetAsync($"{bucket}/key")).Ok();

        Assert.Equal(
            ("second", null, "2", null, null),
            (got.Text, got["x-amz-meta-a"], got["x-amz-meta-b"], got["Cache-Control"], got["x-amz-tagging-count"]));
    }

    [Theory]
    [InlineData("Content-MD5", "not base64", "InvalidDigest")]
    [InlineData("Content-MD5", "YWJj", "InvalidDigest")]
    [InlineData("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==", "BadDigest")]
    [InlineData("x-amz-checksum-crc32", "AAAAAA==", "BadDigest")]
    [InlineData("x-amz-checksum-sha256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "BadDigest")]
    [InlineData("x-amz-checksum-sha1", "not base64", "InvalidRequest")]
    [InlineData("x-amz-checksum-crc32c", "AAAA", "InvalidRequest")]
    [InlineData("x-amz-storage-class", "LUKEWARM", "InvalidStorageClass")]
    [InlineData("x-amz-acl", "everybody-may-do-everything", "InvalidArgument")]
    [InlineData("x-amz-tagging", "a=1&a=2", "InvalidArgument")]
    public async Task A_wrong_header_is_refused_and_leaves_nothing(string name, string value, string code)
    {
        var bucket = await _s3.BucketAsync();

        (await _s3.PutAsync($"{bucket}/key", "content", (name, value))).Refused(400, code);

        (await _s3.GetAsync($"{bucket}/key")).Refused(404, "NoSuchKey");
    }

    [Theory]
    [InlineData("?versionId=null", "x-amz-meta-a", 400, "InvalidArgument")]
    [InlineData("?versionId=junk", "x-amz-meta-a", 400, "InvalidArgument")]
    [InlineData("?partNumber=1", "x-amz-meta-a", 400, "InvalidArgument")]
    [InlineData("", "x-amz-write-offset-bytes", 501, "NotImplemented")]
    public async Task What_is_no_plain_put_does_not_become_one(string query, string header, int status, string code)
    {
        var bucket = await _s3.BucketAsync();
        (await _s3.PutAsync($"{bucket}/key", "content")).Ok();

        (await _s3.PutAsync($"{bucket}/key{query}", "more", (header, "7"))).Refused(status, code);

        Assert.Equal("content", (await _s3.GetAsync($"{bucket}/key")).Ok().Text);
    }

    [Fact]
    public async Task A_right_md5_is_accepted()
    {
        var bucket = await _s3.BucketAsync();

        (await _s3.PutAsync($"{bucket}/key", "content", ("Content-MD5", Sums.Md5("content"u8)))).Ok();
        (await _s3.PutAsync($"{bucket}/empty", "", ("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="))).Ok();

        Assert.Equal(EmptyMd5, (await _s3.HeadAsync($"{bucket}/empty")).Ok().ETag);
    }

    [Theory]
    [InlineData(1024, 200)]
    [InlineData(1025, 400)]
    public async Task A_key_has_at_most_1024_bytes(int length, int status)
    {
        var bucket = await _s3.BucketAsync();
        var key = new string('ü', length / 2) + new string('k', length % 2);

        var answer = await _s3.PutAsync($"{bucket}/{Keys.InPath(key)}", "x");

        _ = status == 200 ? answer.Ok() : answer.Refused(400, "KeyTooLongError");
    }

    [Fact]
    public async Task Metadata_has_at_most_two_kilobytes()
    {
        var bucket = await _s3.BucketAsync();

        (await _s3.PutAsync($"{bucket}/key", "x", ("x-amz-meta-a", new string('v', 2047)))).Ok();
        (await _s3.PutAsync($"{bucket}/key", "x", ("x-amz-meta-a", new string('v', 2048)))).Refused(400, "MetadataTooLarge");
    }

    [Fact]
    public async Task A_length_is_needed()
    {
        var bucket = await _s3.BucketAsync();

        var answer = await _s3.SendAsync(
            new("PUT", $"{bucket}/key") { By = _s3.Me, Body = [1, 2, 3], Chunked = true, PayloadHash = Signer.Unsigned });

        answer.Refused(411, "MissingContentLength");
    }

    [Fact]
    public async Task What_is_not_there_is_not_found_and_may_be_deleted()
    {
        var bucket = await _s3.BucketAsync();

        var missing = (await _s3.GetAsync($"{bucket}/key")).Refused(404, "NoSuchKey");
        Assert.Equal("key", missing.One("Key"));
        Assert.Empty((await _s3.HeadAsync($"{bucket}/key")).Is(404).Body);
        Assert.Empty((await _s3.DeleteAsync($"{bucket}/key")).Is(204).Body);
        (await _s3.GetAsync("/no-such-bucket-here-at-all/key")).Refused(404, "NoSuchBucket");
        (await _s3.PutAsync("/no-such-bucket-here-at-all/key")).Refused(404, "NoSuchBucket");
        (await _s3.DeleteAsync("/no-such-bucket-here-at-all/key")).Refused(404, "NoSuchBucket");
    }

    [Theory]
    [InlineData("response-content-type", "Content-Type", "text/x-other")]
    [InlineData("response-content-language", "Content-Language", "fr")]
    [InlineData("response-expires", "Expires", "Fri, 02 Dec 2044 16:00:00 GMT")]
    [InlineData("response-cache-control", "Cache-Control", "no-store")]
    [InlineData("response-content-disposition", "Content-Disposition", "attachment; filename=\"o.txt\"")]
    [InlineData("response-content-encoding", "Content-Encoding", "x-none")]
    public async Task A_signed_request_may_choose_the_headers_of_its_answer(string parameter, string header, string value)
    {
        var bucket = await _s3.BucketAsync();
        await _s3.PutAsync(
            $"{bucket}/key", "x", ("x-amz-acl", "public-read"), (header, header == "Expires" ? "Thu, 01 Dec 2044 16:00:00 GMT" : "stored"));
        var target = $"{bucket}/key?{parameter}={Keys.InQuery(value)}";

        Assert.Equal(value, (await _s3.GetAsync(target)).Ok()[header]);
        Assert.Equal(value, (await _s3.HeadAsync(target)).Ok()[header]);
        (await _s3.SendAsync(new("GET", target))).Refused(400, "InvalidRequest");
    }
}
