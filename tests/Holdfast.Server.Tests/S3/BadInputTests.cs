using System.Net;
using System.Text;
using Holdfast.Protocol;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.S3;

/// <summary>Malformed requests get the error that S3 states for them, and nothing of them stays.</summary>
public sealed class BadInputTests(S3Server server) : IClassFixture<S3Server>
{
    const string Md5OfX = "nd1CDMNbZMnQbhTRRVYqiw==";

    public static TheoryData<int, string, string, string> Headers => new()
    {
        { 400, "InvalidArgument", "x-amz-content-sha256", "nonsense" },
        { 400, "XAmzContentSHA256Mismatch", "x-amz-content-sha256", new string('0', 64) },
        { 400, "InvalidDigest", "Content-MD5", "not base64" },
        { 400, "InvalidDigest", "Content-MD5", "AAAA" },
        { 400, "BadDigest", "Content-MD5", Md5OfX },
        { 400, "BadDigest", "x-amz-checksum-crc32", "AAAAAA==" },
        { 400, "BadDigest", "x-amz-checksum-crc32c", "AAAAAA==" },
        { 400, "BadDigest", "x-amz-checksum-crc64nvme", "AAAAAAAAAAA=" },
        { 400, "BadDigest", "x-amz-checksum-sha1", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" },
        { 400, "BadDigest", "x-amz-checksum-sha256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" },
        { 400, "InvalidRequest", "x-amz-checksum-crc32", "AAA" },
        { 400, "InvalidRequest", "x-amz-sdk-checksum-algorithm", "CRC32" },
        { 400, "InvalidArgument", "x-amz-acl", "everybody" },
        { 400, "InvalidStorageClass", "x-amz-storage-class", "COLD" },
        { 400, "InvalidEncryptionAlgorithmError", "x-amz-server-side-encryption", "ROT13" },
        { 501, "NotImplemented", "x-amz-server-side-encryption", "AES256" },
        { 501, "NotImplemented", "x-amz-server-side-encryption-customer-algorithm", "AES256" },
        { 501, "NotImplemented", "x-amz-grant-read", "id=1" },
        { 400, "InvalidRequest", "x-amz-object-lock-mode", "GOVERNANCE" },
        { 400, "InvalidArgument", "x-amz-tagging", "a=1&a=2" },
        { 400, "InvalidTag", "x-amz-tagging", "aws:x=2" },
        { 403, "AccessDenied", "x-amz-expected-bucket-owner", "somebody" },
        { 400, "MetadataTooLarge", "x-amz-meta-big", new string('m', 2049) },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task A_header_that_is_wrong_is_refused_and_nothing_is_stored(int status, string code, string header, string value)
    {
        var bucket = await server.BucketAsync();

        var put = await server.Root.PutAsync($"/{bucket}/k", "content"u8.ToArray(), (header, value));

        put.Expect((HttpStatusCode)status, code);
        (await server.Root.GetAsync($"/{bucket}/k")).Expect(HttpStatusCode.NotFound, "NoSuchKey");
    }

    [Theory]
    [InlineData("PUT", "/ab", 400, "InvalidBucketName")]
    [InlineData("PUT", "/UPPER", 400, "InvalidBucketName")]
    [InlineData("PUT", "/a..b", 400, "InvalidBucketName")]
    [InlineData("PUT", "/192.168.0.1", 400, "InvalidBucketName")]
    [InlineData("PUT", "/xn--bucket", 400, "InvalidBucketName")]
    [InlineData("GET", "/no-such-bucket-here", 404, "NoSuchBucket")]
    [InlineData("GET", "/no-such-bucket-here/k", 404, "NoSuchBucket")]
    [InlineData("PUT", "/no-such-bucket-here/k", 404, "NoSuchBucket")]
    [InlineData("DELETE", "/no-such-bucket-here", 404, "NoSuchBucket")]
    [InlineData("PATCH", "/B", 405, "MethodNotAllowed")]
    [InlineData("PATCH", "/B/k", 405, "MethodNotAllowed")]
    [InlineData("GET", "/B/k?versionId=nonsense", 400, "InvalidArgument")]
    [InlineData("DELETE", "/B/k?versionId=nonsense", 400, "InvalidArgument")]
    [InlineData("GET", "/B/k?partNumber=0", 404, "NoSuchKey")]
    [InlineData("GET", "/B?max-keys=-1", 400, "InvalidArgument")]
    [InlineData("GET", "/B?max-keys=ten", 400, "InvalidArgument")]
    [InlineData("GET", "/B?list-type=2&max-keys=-1", 400, "InvalidArgument")]
    [InlineData("GET", "/B?list-type=2&continuation-token=%21%21", 400, "InvalidArgument")]
    [InlineData("GET", "/B?encoding-type=base64", 400, "InvalidArgument")]
    [InlineData("GET", "/B?versions&version-id-marker=x", 400, "InvalidArgument")]
    [InlineData("GET", "/B?versions&key-marker=a&version-id-marker=x", 400, "InvalidArgument")]
    [InlineData("GET", "/B?versions&max-keys=x", 400, "InvalidArgument")]
    [InlineData("GET", "/B?uploads&max-uploads=x", 400, "InvalidArgument")]
    [InlineData("GET", "/B?uploads&key-marker=a&upload-id-marker=x", 400, "InvalidArgument")]
    [InlineData("GET", "/B/k?uploadId=x", 404, "NoSuchUpload")]
    [InlineData("PUT", "/B/k?partNumber=1&uploadId=x", 404, "NoSuchUpload")]
    [InlineData("PUT", "/B/k?partNumber=0&uploadId=x", 400, "InvalidArgument")]
    [InlineData("PUT", "/B/k?partNumber=10001&uploadId=x", 400, "InvalidArgument")]
    [InlineData("POST", "/B/k?uploadId=00000000000000000000000000000000", 404, "NoSuchUpload")]
    [InlineData("GET", "/B/k?attributes", 400, "InvalidRequest")]
    [InlineData("PUT", "/B?versioning", 400, "MalformedXML")]
    [InlineData("PUT", "/B?tagging", 400, "MalformedXML")]
    [InlineData("PUT", "/B?acl", 400, "InvalidRequest")]
    [InlineData("POST", "/B?delete", 400, "MalformedXML")]
    [InlineData("PUT", "/B?lifecycle", 501, "NotImplemented")]
    [InlineData("PUT", "/B?policy", 501, "NotImplemented")]
    [InlineData("GET", "/B?inventory", 501, "NotImplemented")]
    [InlineData("PUT", "/B/k?retention", 501, "NotImplemented")]
    [InlineData("GET", "/B/k?torrent", 501, "NotImplemented")]
    [InlineData("POST", "/B/k?select", 501, "NotImplemented")]
    [InlineData("POST", "/B/k?restore", 501, "NotImplemented")]
    public async Task A_target_that_is_wrong_is_refused(string method, string target, int status, string code)
    {
        var bucket = await server.BucketAsync();

        var reply = await server.Root.SendAsync(
            method, target.Replace("/B", "/" + bucket, StringComparison.Ordinal), method is "PUT" or "POST" ? [] : null, Framing.Hex, []);

        reply.Expect((HttpStatusCode)status, code);
        Assert.Equal(reply.Header("x-amz-request-id"), reply.All("RequestId")[0]);
        Assert.NotNull(reply.Header("x-amz-id-2"));
        Assert.Empty((await server.Root.GetAsync($"/{bucket}")).All("Key"));
    }

    [Theory]
    [InlineData("versioning", "<VersioningConfiguration><Status>Maybe</Status></VersioningConfiguration>", 400, "MalformedXML")]
    [InlineData("versioning", "<VersioningConfiguration", 400, "MalformedXML")]
    [InlineData(
        "versioning", "<!DOCTYPE x [<!ENTITY e \"v\">]><VersioningConfiguration><Status>&e;</Status></VersioningConfiguration>",
        400, "MalformedXML")]
    [InlineData(
        "tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>a</Key><Value>2</Value></Tag></TagSet></Tagging>",
        400, "InvalidTag")]
    [InlineData("tagging", "<Tagging></Tagging>", 400, "MalformedXML")]
    [InlineData(
        "acl", "<AccessControlPolicy><Owner><ID>someone</ID></Owner><AccessControlList/></AccessControlPolicy>", 403, "AccessDenied")]
    [InlineData("acl", "<AccessControlPolicy", 400, "MalformedXML")]
    public async Task A_document_that_is_wrong_is_refused(string subResource, string document, int status, string code)
    {
        var bucket = await server.BucketAsync();

        (await server.Root.PutAsync($"/{bucket}?{subResource}", document)).Expect((HttpStatusCode)status, code);
    }

    [Fact]
    public async Task A_key_of_more_than_1024_bytes_is_too_long()
    {
        var bucket = await server.BucketAsync();

        (await server.Root.PutAsync($"/{bucket}/{new string('k', 1024)}", "x")).ExpectOk();
        (await server.Root.PutAsync($"/{bucket}/{new string('k', 1025)}", "x")).Expect(HttpStatusCode.BadRequest, "KeyTooLongError");
    }

    [Fact]
    public async Task A_body_without_length_is_411_and_a_wrong_decoded_length_is_incomplete()
    {
        var bucket = await server.BucketAsync();

        var chunked = await server.Root.SendAsync(
            "PUT", $"/{bucket}/k", "x"u8.ToArray(), Framing.Unsigned, [("transfer-encoding", "chunked")]);
        chunked.Expect(HttpStatusCode.LengthRequired, "MissingContentLength");
        var cut = await server.Root.SendAsync("PUT", $"/{bucket}/k", new byte[100], Framing.SignedChunks, [], null, body => body[..40]);
        cut.Expect(HttpStatusCode.BadRequest);
        var noTrailer = await server.Root.SendAsync(
            "PUT", $"/{bucket}/k", new byte[100], Framing.UnsignedTrailer, [("x-amz-trailer", "x-amz-checksum-crc32")]);
        noTrailer.Expect(HttpStatusCode.BadRequest, "MalformedTrailerError");
        var otherTrailer = await server.Root.SendAsync(
            "PUT", $"/{bucket}/k", new byte[100], Framing.UnsignedTrailer, [], "x-amz-checksum-other:AAAA");
        otherTrailer.Expect(HttpStatusCode.BadRequest);
        var wrongTrailer = await server.Root.SendAsync(
            "PUT", $"/{bucket}/k", new byte[100], Framing.UnsignedTrailer, [], "x-amz-checksum-crc32:AAAAAA==");
        wrongTrailer.Expect(HttpStatusCode.BadRequest, "BadDigest");
        (await server.Root.GetAsync($"/{bucket}/k")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_signature_that_is_wrong_is_refused_as_aws_does()
    {
        using var unknown = new S3Client(server.Fixture, "nobody-knows");
        using var wrong = new S3Client(server.Fixture, ServerFixture.RootAccessKey, "not the secret");

        (await unknown.GetAsync("/")).Expect(HttpStatusCode.Forbidden, "InvalidAccessKeyId");
        (await wrong.GetAsync("/")).Expect(HttpStatusCode.Forbidden, "SignatureDoesNotMatch");
        (await server.Nobody.GetAsync("/some-bucket")).Expect(HttpStatusCode.NotFound, "NoSuchBucket");
        (await server.Nobody.PlainAsync("GET", "/", null, ("Authorization", "AWS key:signature")))
            .Expect(HttpStatusCode.BadRequest, "InvalidRequest");
        (await server.Nobody.PlainAsync("GET", "/", null, ("Authorization", "AWS4-HMAC-SHA256 nonsense")))
            .Expect(HttpStatusCode.BadRequest, "AuthorizationHeaderMalformed");
        (await server.Nobody.PlainAsync("GET", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256"))
            .Expect(HttpStatusCode.BadRequest, "AuthorizationQueryParametersError");
        (await server.Root.GetAsync("/", ("x-amz-security-token", "t"))).Expect(HttpStatusCode.BadRequest, "InvalidToken");
    }

    [Fact]
    public async Task Basic_credentials_are_taken_and_wrong_ones_refused()
    {
        var bucket = await server.BucketAsync();
        var right = Basic(ServerFixture.RootAccessKey, ServerFixture.RootSecretKey);

        (await server.Nobody.PlainAsync("PUT", $"/{bucket}/k", "x"u8.ToArray(), right)).ExpectOk();
        Assert.Equal("x", (await server.Nobody.PlainAsync("GET", $"/s3/{bucket}/k", null, right)).Text);
        (await server.Nobody.PlainAsync("GET", $"/{bucket}/k", null, Basic(ServerFixture.RootAccessKey, "wrong")))
            .Expect(HttpStatusCode.Forbidden, "InvalidAccessKeyId");
        (await server.Nobody.PlainAsync("GET", $"/{bucket}/k", null, ("Authorization", "Basic !!!"))).Expect(HttpStatusCode.Forbidden);

        static (string, string) Basic(string key, string secret) =>
            ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:{secret}")));
    }

    [Fact]
    public async Task To_know_a_digest_gives_nothing()
    {
        var (theirs, mine) = (await server.BucketAsync(server.Alice), await server.BucketAsync(server.Bob));
        var secret = "only alice has this"u8.ToArray();
        (await server.Alice.PutAsync($"/{theirs}/k", secret)).ExpectOk();

        var claimed = await server.Bob.PutAsync($"/{mine}/k", "other bytes", ("x-amz-content-sha256", Digest.Of(secret).Hex));

        claimed.Expect(HttpStatusCode.BadRequest, "XAmzContentSHA256Mismatch");
        (await server.Bob.PutAsync($"/{mine}/k", [], ("x-amz-content-sha256", Digest.Of(secret).Hex)))
            .Expect(HttpStatusCode.BadRequest, "XAmzContentSHA256Mismatch");
        (await server.Bob.GetAsync($"/{mine}/k")).Expect(HttpStatusCode.NotFound, "NoSuchKey");
        (await server.Bob.GetAsync($"/{theirs}/k")).Expect(HttpStatusCode.Forbidden, "AccessDenied");
    }
}
