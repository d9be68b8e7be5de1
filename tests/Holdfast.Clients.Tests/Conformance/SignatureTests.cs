using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

/// <summary>Requests signed in their headers: what is accepted and what is not.</summary>
public sealed class SignatureTests(ServerUnderTest server)
{
    readonly S3Wire _s3 = server.Wire;

    [Fact]
    public async Task Unknown_keys_wrong_secrets_and_no_signature_are_told_apart()
    {
        var bucket = await _s3.BucketAsync();

        (await _s3.SendAsync(new("GET", bucket) { By = new("nobody-has-this-key", "secret") })).Refused(403, "InvalidAccessKeyId");
        (await _s3.SendAsync(new("GET", bucket) { By = _s3.Me with { SecretKey = "not-the-secret" } }))
            .Refused(403, "SignatureDoesNotMatch");
        (await _s3.SendAsync(new("GET", bucket))).Refused(403, "AccessDenied");
        Assert.Empty((await _s3.SendAsync(new("HEAD", bucket))).Is(403).Body);
        (await _s3.SendAsync(new("GET", "/"))).Refused(403, "AccessDenied");
    }

    [Theory]
    [InlineData(-16)]
    [InlineData(16)]
    public async Task A_clock_that_is_a_quarter_of_an_hour_off_is_refused(int minutes)
    {
        var bucket = await _s3.BucketAsync();

        (await _s3.SendAsync(new("GET", bucket) { By = _s3.Me, At = TimeProvider.System.GetUtcNow().AddMinutes(minutes) }))
            .Refused(403, "RequestTimeTooSkewed");
        (await _s3.SendAsync(new("GET", bucket) { By = _s3.Me, At = TimeProvider.System.GetUtcNow().AddMinutes(minutes * 0.8) })).Ok();
    }

    [Fact]
    public async Task Another_region_is_refused_with_a_hint()
    {
        var refused = (await _s3.SendAsync(new("GET", await _s3.BucketAsync()) { By = _s3.Me, Region = "mars-north-1" }))
            .Refused(400, "AuthorizationHeaderMalformed");

        Assert.Equal("us-east-1", refused.One("Region"));
        Assert.Equal("us-east-1", refused["x-amz-bucket-region"]);
    }

    [Fact]
    public async Task A_head_signed_for_another_region_has_the_hint_in_a_header()
    {
        var bucket = await _s3.BucketAsync();

        foreach (var target in new[] { bucket, $"{bucket}/key" })
        {
            var refused = (await _s3.SendAsync(new("HEAD", target) { By = _s3.Me, Region = "mars-north-1" })).Is(400);
            Assert.Equal("us-east-1", refused["x-amz-bucket-region"]);
        }
    }

    public static TheoryData<string, Func<WireRequest, WireRequest>> Forgeries => new()
    {
        { "another method", request => request with { Method = "HEAD" } },
        { "another key", request => request with { Target = request.Target + "x" } },
        { "another query", request => request with { Target = request.Target + "?acl" } },
        { "a header more of ours", request => request with { Headers = [.. request.Headers, ("x-amz-acl", "public-read")] } },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task What_was_changed_after_signing_is_refused(string what, Func<WireRequest, WireRequest> forged)
    {
        var bucket = await _s3.BucketAsync();
        await _s3.FillAsync(bucket, "key", "keyx");

        var answer = await _s3.SendAsync(new("GET", $"{bucket}/key") { By = _s3.Me, Forged = forged });

        Assert.NotEmpty(what);
        Assert.Equal(403, answer.Status);
    }

    [Fact]
    public async Task A_body_that_is_not_the_signed_one_is_refused_and_leaves_nothing()
    {
        var bucket = await _s3.BucketAsync();

        (await _s3.SendAsync(new("PUT", $"{bucket}/key")
        {
            By = _s3.Me,
            Body = "sent"u8.ToArray(),
            Forged = request => request with { Body = "went"u8.ToArray() },
        })).Refused(400, "XAmzContentSHA256Mismatch");

        (await _s3.HeadAsync($"{bucket}/key")).Is(404);
    }

    [Theory]
    [InlineData("not a hash")]
    [InlineData("ABCDEF")]
    [InlineData("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD")]
    [InlineData("STREAMING-MADE-UP-PAYLOAD")]
    public async Task A_payload_hash_that_is_none_is_refused(string hash)
    {
        var bucket = await _s3.BucketAsync();

        Assert.InRange((await _s3.SendAsync(new("PUT", $"{bucket}/key") { By = _s3.Me, Body = [1], PayloadHash = hash })).Status, 400, 501);

        (await _s3.HeadAsync($"{bucket}/key")).Is(404);
    }

    [Fact]
    public async Task An_unsigned_payload_is_accepted()
    {
        var bucket = await _s3.BucketAsync();

        (await _s3.SendAsync(new("PUT", $"{bucket}/key") { By = _s3.Me, Body = [1, 2], PayloadHash = Signer.Unsigned })).Ok();

        Assert.Equal([1, 2], (await _s3.GetAsync($"{bucket}/key")).Ok().Body);
    }

    [Theory]
    [InlineData("AWS4-HMAC-SHA256")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/20200101/us-east-1/s3/aws4_request, SignedHeaders=host")]
    [InlineData("AWS4-HMAC-SHA256 Credential=, SignedHeaders=, Signature=")]
    [InlineData("AWS key:signature")]
    [InlineData("AWS4-HMAC-SHA512 Credential=a/20200101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00")]
    [InlineData("Bearer token")]
    [InlineData("Nonsense")]
    public async Task An_authorization_that_cannot_be_read_is_the_clients_mistake(string authorization)
    {
        var bucket = await _s3.BucketAsync();

        var answer = await _s3.SendAsync(
            new("GET", bucket) { Headers = [("Authorization", authorization), ("x-amz-date", "20200101T000000Z")] });

        Assert.InRange(answer.Status, 400, 403);
        answer.Refused(answer.Status, answer.One("Code")!);
    }
}
