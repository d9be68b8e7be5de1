using System.Net;

namespace Holdfast.Server.Tests.S3;

/// <summary>Requests that AWS refuses in its own words, and that must not be taken for something else or ignored.</summary>
public sealed class FaithfulRefusalTests(S3Server server) : IClassFixture<S3Server>
{
    [Fact]
    public async Task The_source_of_a_copy_must_belong_to_the_expected_owner()
    {
        var bucket = await server.BucketAsync(server.Alice);
        (await server.Alice.PutAsync($"/{bucket}/a", "x")).ExpectOk();
        var id = (await server.Alice.PostAsync($"/{bucket}/k?uploads")).ExpectOk().All("UploadId")[0];

        foreach (var target in (string[])[$"/{bucket}/b", $"/{bucket}/k?partNumber=1&uploadId={id}"])
        {
            (await CopyAsync(target, "bob-id")).Expect(HttpStatusCode.Forbidden, "AccessDenied");
            (await CopyAsync(target, "alice-id")).ExpectOk();
        }

        Task<S3Reply> CopyAsync(string target, string owner) =>
            server.Alice.PutAsync(target, "", ("x-amz-copy-source", $"{bucket}/a"), ("x-amz-source-expected-bucket-owner", owner));
    }

    [Theory]
    [InlineData("/B")]
    [InlineData("/B/k")]
    [InlineData("/B/k?uploads")]
    public async Task A_preflight_is_answered_without_credentials(string target)
    {
        var at = target.Replace("/B", "/" + await server.BucketAsync(), StringComparison.Ordinal);

        (await server.Nobody.PlainAsync("OPTIONS", at)).Expect(HttpStatusCode.BadRequest, "BadRequest");
        (await server.Nobody.PlainAsync("OPTIONS", at, null, ("Origin", "http://example.com"), ("Access-Control-Request-Method", "PUT")))
            .Expect(HttpStatusCode.Forbidden, "AccessForbidden");
    }

    [Fact]
    public async Task An_empty_authorization_is_none_and_one_of_no_known_form_is_an_argument()
    {
        var bucket = await server.BucketAsync(headers: ("x-amz-acl", "public-read"));
        var closed = await server.BucketAsync();

        (await server.Nobody.PlainAsync("GET", $"/{bucket}", null, ("Authorization", ""))).ExpectOk();
        (await server.Nobody.PlainAsync("GET", $"/{closed}", null, ("Authorization", ""))).Expect(HttpStatusCode.Forbidden, "AccessDenied");
        (await server.Nobody.PlainAsync("GET", $"/{closed}", null, ("Authorization", "AWS HAHAHA")))
            .Expect(HttpStatusCode.BadRequest, "InvalidArgument");
        (await server.Nobody.PlainAsync("GET", $"/{closed}", null, ("Authorization", "AWS a:b")))
            .Expect(HttpStatusCode.BadRequest, "InvalidRequest");
    }

    [Theory]
    [InlineData("x-amz-checksum-foo", "AAAA")]
    [InlineData("x-amz-checksum-crc32-more", "AAAA")]
    public async Task A_checksum_of_an_unknown_algorithm_is_refused(string header, string value)
    {
        var bucket = await server.BucketAsync();

        (await server.Root.PutAsync($"/{bucket}/k", "x"u8.ToArray(), (header, value))).Expect(HttpStatusCode.BadRequest, "InvalidRequest");
        (await server.Root.GetAsync($"/{bucket}/k")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_algorithm_that_is_announced_is_the_one_that_is_sent()
    {
        var bucket = await server.BucketAsync();
        var sum = ("x-amz-checksum-crc32", Checksums.Of("CRC32", "x"u8));

        (await PutAsync("SHA1")).Expect(HttpStatusCode.BadRequest, "InvalidRequest");
        (await PutAsync("CRC32")).ExpectOk();

        Task<S3Reply> PutAsync(string announced) =>
            server.Root.PutAsync(
                $"/{bucket}/k", "x"u8.ToArray(), sum, ("x-amz-sdk-checksum-algorithm", announced), ("x-amz-checksum-type", "FULL_OBJECT"));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("DELETE")]
    public async Task A_hash_of_a_body_that_is_not_there_is_a_mismatch(string method)
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", "x")).ExpectOk();

        var refused = await server.Root.SendAsync(
            method, $"/{bucket}/k", null, Framing.Hex, [("x-amz-content-sha256", new string('f', 64))]);

        refused.Expect(HttpStatusCode.BadRequest);
        Assert.Equal(method == "HEAD" ? null : "XAmzContentSHA256Mismatch", refused.Code);
        (await server.Root.SendAsync("GET", $"/{bucket}/k", null, Framing.Unsigned, [])).ExpectOk();
    }

    [Fact]
    public async Task More_than_a_hundred_headers_can_be_signed()
    {
        var bucket = await server.BucketAsync();
        var headers = Enumerable.Range(0, 150).Select(number => ($"x-amz-meta-{number}", "v")).ToArray();

        (await server.Root.PutAsync($"/{bucket}/k", "x"u8.ToArray(), headers)).ExpectOk();

        Assert.Equal("v", (await server.Root.GetAsync($"/{bucket}/k")).Header("x-amz-meta-149"));
    }

    [Theory]
    [InlineData("POST", "/B")]
    [InlineData("POST", "/B/k")]
    [InlineData("HEAD", "/B?acl")]
    [InlineData("HEAD", "/B?versions")]
    [InlineData("HEAD", "/B/k?tagging")]
    [InlineData("HEAD", "/B/k?uploadId=x")]
    public async Task What_nothing_serves_is_not_implemented(string method, string target)
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", "x")).ExpectOk();
        var at = target.Replace("/B", "/" + bucket, StringComparison.Ordinal);

        (await server.Root.SendAsync(method, at, method == "POST" ? "file"u8.ToArray() : null, Framing.Hex, []))
            .Expect(HttpStatusCode.NotImplemented);
        if (method == "POST")
            (await server.Nobody.PlainAsync("POST", at, "file"u8.ToArray())).Expect(HttpStatusCode.NotImplemented, "NotImplemented");
    }
}
