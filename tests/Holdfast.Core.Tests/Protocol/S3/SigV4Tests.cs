using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;
using Holdfast.Protocol.S3.SigV4;

namespace Holdfast.Core.Tests.Protocol.S3;

/// <summary>
/// The examples of the public documentation ("Signature Calculations …", examples of 24 May 2013), and what must be refused.
/// </summary>
public sealed class SigV4Tests
{
    const string Key = "AKIAIOSFODNN7EXAMPLE";
    const string Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    const string Credential = $"{Key}/20130524/us-east-1/s3/aws4_request";
    static readonly DateTimeOffset Now = new(2013, 5, 24, 0, 0, 0, TimeSpan.Zero);
    static readonly SigV4Verifier Verifier = new("us-east-1");

    [Theory]
    [InlineData(
        "GET", "/test.txt", "", "range=bytes=0-9", SigV4Signature.EmptyPayload,
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")]
    [InlineData(
        "GET", "/", "lifecycle", "", SigV4Signature.EmptyPayload, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    [InlineData(
        "GET", "/", "max-keys=2&prefix=J", "", SigV4Signature.EmptyPayload,
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    [InlineData(
        "PUT", "/test$file.text", "", "date=Fri, 24 May 2013 00:00:00 GMT|x-amz-storage-class=REDUCED_REDUNDANCY",
        "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")]
    public void The_documented_header_examples_match(
        string method, string path, string query, string extra, string payload, string signature)
    {
        var headers = Headers(extra, payload);
        headers["authorization"] =
            $"AWS4-HMAC-SHA256 Credential={Credential},SignedHeaders={string.Join(';', headers.Keys)},Signature={signature}";

        Assert.True(Open(method, path, query, headers).Matches(payload));
        Assert.False(Open("POST", path, query, headers).Matches(payload));
    }

    [Fact]
    public void The_documented_presigned_example_matches_and_expires()
    {
        const string Query =
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
            + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
            + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = "examplebucket.s3.amazonaws.com" };

        Assert.True(Open("GET", "/test.txt", Query, headers).Matches(SigV4Signature.UnsignedPayload));
        var late = Assert.Throws<StoreException>(() => Open("GET", "/test.txt", Query, headers, Now.AddDays(1)));
        Assert.Equal((StoreError.RequestExpired, "Request has expired"), (late.Error, late.Message));
        headers["x-amz-acl"] = "public-read";
        var unsigned = Assert.Throws<StoreException>(() => Open("GET", "/test.txt", Query, headers));
        Assert.Equal(StoreError.AccessDenied, unsigned.Error);
        Assert.Contains(unsigned.Details, d => d is { Key: "HeadersNotSigned", Value: "x-amz-acl" });
    }

    [Theory]
    [InlineData("/a/../b//c+d%20e", "x=1+2&x=%2B&a&b=%C3%A9")]
    [InlineData("/(under)'encoded'!*", "list-type=2&prefix=a/b")]
    [InlineData("", "")]
    public void What_the_signer_signs_the_verifier_takes(string path, string query)
    {
        var signer = new SigV4Signer(Key, Secret, "us-east-1", sessionToken: "tok");
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["host"] = "h:9", ["x-amz-meta-a"] = "  b   c " };
        signer.Sign("PUT", path, query, headers, SigV4Signature.UnsignedPayload, Now);
        Assert.True(Open("PUT", path, query, headers).Matches(SigV4Signature.UnsignedPayload));

        var host = new Dictionary<string, string>(StringComparer.Ordinal) { ["host"] = "h:9" };
        var presigned = signer.Presign("PUT", path, query, host, TimeSpan.FromHours(1), Now);
        var opened = Open("PUT", path, presigned, host);
        Assert.True(opened.Matches(SigV4Signature.UnsignedPayload));
        Assert.Equal("tok", opened.Authorization.SecurityToken);
    }

    [Fact]
    public void Without_an_announced_hash_each_candidate_can_be_asked()
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["host"] = "h" };
        var hash = Holdfast.Protocol.Digest.Of("body"u8).Hex;
        new SigV4Signer(Key, Secret, "us-east-1").Sign("PUT", "/k", "", headers, hash, Now, announcePayload: false);

        var signature = Open("PUT", "/k", "", headers);

        Assert.False(signature.Matches(SigV4Signature.UnsignedPayload));
        Assert.True(signature.Matches(hash));
        var refusal = Assert.Throws<StoreException>(() => signature.Require(SigV4Signature.EmptyPayload));
        Assert.Equal(StoreError.SignatureMismatch, refusal.Error);
        Assert.Equal(["AWSAccessKeyId", "StringToSign", "SignatureProvided", "CanonicalRequest"], refusal.Details.Select(d => d.Key));
        Assert.DoesNotContain(refusal.Details, d => d.Value.Contains(Secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AWS4-HMAC-SHA256", StoreError.AuthorizationHeaderMalformed)]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b", StoreError.AuthorizationHeaderMalformed)]
    [InlineData($"AWS4-HMAC-SHA256 Credential={Credential},SignedHeaders=host", StoreError.AuthorizationHeaderMalformed)]
    [InlineData($"AWS4-HMAC-SHA256 Credential={Credential},SignedHeaders=,Signature=aa", StoreError.AuthorizationHeaderMalformed)]
    [InlineData($"AWS4-HMAC-SHA256 Credential={Credential},SignedHeaders=host;;a,Signature=aa", StoreError.AuthorizationHeaderMalformed)]
    [InlineData(
        $"AWS4-HMAC-SHA256 Credential={Credential},Credential={Credential},SignedHeaders=host,Signature=aa",
        StoreError.AuthorizationHeaderMalformed)]
    [InlineData($"AWS4-HMAC-SHA256 Credential={Credential},Nonsense=1", StoreError.AuthorizationHeaderMalformed)]
    [InlineData(
        "AWS4-HMAC-SHA256 Credential=k/20131301/us-east-1/s3/aws4_request,SignedHeaders=host,Signature=a",
        StoreError.AuthorizationHeaderMalformed)]
    [InlineData(
        "AWS4-HMAC-SHA256 Credential=k/20130524/us-east-1/s3/aws5,SignedHeaders=host,Signature=a", StoreError.AuthorizationHeaderMalformed)]
    [InlineData(
        "AWS4-HMAC-SHA256 Credential=k/20130524/eu-west-1/s3/aws4_request,SignedHeaders=host,Signature=a",
        StoreError.AuthorizationHeaderMalformed)]
    [InlineData(
        "AWS4-HMAC-SHA256 Credential=k/20130524/us-east-1/ec2/aws4_request,SignedHeaders=host,Signature=a",
        StoreError.AuthorizationHeaderMalformed)]
    [InlineData(
        "AWS4-HMAC-SHA256 Credential=k/20130523/us-east-1/s3/aws4_request,SignedHeaders=host,Signature=a", StoreError.SignatureMismatch)]
    [InlineData($"AWS4-HMAC-SHA256 Credential={Credential},SignedHeaders=x-amz-date,Signature=aa", StoreError.AccessDenied)]
    [InlineData($"AWS4-HMAC-SHA256 Credential={Credential},SignedHeaders=host;x-amz-date,Signature=aa", StoreError.SignatureMismatch)]
    [InlineData($"AWS4-HMAC-SHA256 Credential={Credential}, SignedHeaders=x-amz-date;host, Signature=ä", StoreError.SignatureMismatch)]
    [InlineData("AWS4-ECDSA-P256-SHA256 Credential=k", StoreError.SignatureVersionUnsupported)]
    [InlineData("AWS ak:sig", StoreError.SignatureVersionUnsupported)]
    [InlineData("Digest x", StoreError.InvalidArgument)]
    public void A_bad_authorization_header_is_refused(string authorization, StoreError error)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = "h",
            ["x-amz-date"] = "20130524T000000Z",
            ["authorization"] = authorization,
        };

        Assert.Equal(
            error, Assert.Throws<StoreException>(() => Open("GET", "/", "", headers).Require(SigV4Signature.UnsignedPayload)).Error);
    }

    [Theory]
    [InlineData("Expires", "0", StoreError.RequestExpired)]
    [InlineData("Expires", "-1", StoreError.AuthorizationQueryMalformed)]
    [InlineData("Expires", "x", StoreError.AuthorizationQueryMalformed)]
    [InlineData("Expires", "1.5", StoreError.AuthorizationQueryMalformed)]
    [InlineData("Expires", "604801", StoreError.AuthorizationQueryMalformed)]
    [InlineData("Expires", "99999999999999999999", StoreError.AuthorizationQueryMalformed)]
    [InlineData("Algorithm", "AWS4-HMAC-SHA1", StoreError.AuthorizationQueryMalformed)]
    [InlineData("Algorithm", "AWS4-ECDSA-P256-SHA256", StoreError.SignatureVersionUnsupported)]
    [InlineData("Credential", "k", StoreError.AuthorizationQueryMalformed)]
    [InlineData("Credential", "k/20130524/eu-north-1/s3/aws4_request", StoreError.AuthorizationQueryMalformed)]
    [InlineData("Date", "yesterday", StoreError.AuthorizationQueryMalformed)]
    [InlineData("Date", "20130524T001600Z", StoreError.RequestExpired)]
    [InlineData("SignedHeaders", "", StoreError.AuthorizationQueryMalformed)]
    [InlineData("SignedHeaders", "range", StoreError.AccessDenied)]
    [InlineData("Signature", "", StoreError.AuthorizationQueryMalformed)]
    [InlineData("Signature", "00", StoreError.SignatureMismatch)]
    public void A_bad_presigned_parameter_is_refused(string name, string value, StoreError error)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Algorithm"] = "AWS4-HMAC-SHA256",
            ["Credential"] = Credential,
            ["Date"] = "20130524T000000Z",
            ["Expires"] = "60",
            ["SignedHeaders"] = "host",
            ["Signature"] = new string('0', 64),
            [name] = value,
        };
        var query = string.Join('&', parts.Select(p => $"X-Amz-{p.Key}={Uri.EscapeDataString(p.Value)}"));
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["host"] = "h" };

        Assert.Equal(
            error, Assert.Throws<StoreException>(() => Open("GET", "/", query, headers).Require(SigV4Signature.UnsignedPayload)).Error);
    }

    [Fact]
    public void A_clock_more_than_a_quarter_of_an_hour_off_is_refused_and_dates_of_http_are_read()
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["host"] = "h" };
        new SigV4Signer(Key, Secret, "us-east-1").Sign("GET", "/", "", headers, SigV4Signature.UnsignedPayload, Now);
        Assert.True(Open("GET", "/", "", headers, Now.AddMinutes(15)).Matches(SigV4Signature.UnsignedPayload));
        Assert.Equal(
            StoreError.RequestTimeSkewed,
            Assert.Throws<StoreException>(() => Open("GET", "/", "", headers, Now.AddMinutes(15.1))).Error);
        Assert.Equal(
            StoreError.RequestTimeSkewed,
            Assert.Throws<StoreException>(() => Open("GET", "/", "", headers, Now.AddMinutes(-15.1))).Error);

        headers.Remove("x-amz-date");
        Assert.Equal(StoreError.CredentialsMissing, Assert.Throws<StoreException>(() => Open("GET", "/", "", headers)).Error);
        headers["date"] = "Fri, 24 May 2013 00:01:00 GMT";
        Assert.Equal("20130524T000100Z", Open("GET", "/", "", headers).Authorization.Timestamp);
    }

    [Theory]
    [InlineData(604800, 604799, true)]
    [InlineData(604800, 604800, false)]
    [InlineData(1, 0, true)]
    [InlineData(1, 1, false)]
    [InlineData(60, -900, true)]
    [InlineData(60, -901, false)]
    public void A_presigned_url_holds_from_a_quarter_of_an_hour_before_to_its_end(int seconds, int after, bool isTaken)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["host"] = "h" };
        var signer = new SigV4Signer(Key, Secret, "us-east-1");
        var query = signer.Presign("GET", "/k", "", headers, TimeSpan.FromSeconds(seconds), Now);

        var refusal = Record.Exception(() => Open("GET", "/k", query, headers, Now.AddSeconds(after)));

        Assert.Equal(isTaken, refusal is null);
        Assert.True(isTaken || refusal is StoreException { Error: StoreError.RequestExpired });
    }

    // Signatures over the paths exactly as they stand here, computed with Python's hmac.
    [Theory]
    [InlineData("/plain", "0f61ce73756ff6550a598b7e97a4c7ac7f33f0695e9d8a7d774dd6f899a1f815")]
    [InlineData("/c!d", "6b8092a9f035389adf9233ae1ccb980873046ba845d56ee1acc781a109e4804a")]
    [InlineData("/p+q", "9b90d0ecbcc129def8a138a152d94b73ca304bf106a1aedd8902a7d70456526c")]
    [InlineData("/x%2Fy", "4897004357bd6cecdc6c66a17cc984e2a13fa65acb49f31e991128800f2c41a5")]
    [InlineData("/%c3%a9", "7ca7f6ccfc875e34594a18bd6f10e0233a57348e081bd5f51edf1a7d9f485f14")]
    [InlineData("/%C3%A9", "e1925c8d1083ae1df0a5a01a163dc47feb06570e09c8434cfaebe31d098f5311")]
    [InlineData("/c%21d", "2e1dc7adc6b77bf6c0150e6b7b4d113a47c6d122342ec485d0e7cc643e2f3429")]
    public void A_path_may_be_signed_as_it_is_sent(string path, string signature)
    {
        var headers = Headers("", SigV4Signature.UnsignedPayload);
        headers["host"] = "h";
        headers["authorization"] =
            $"AWS4-HMAC-SHA256 Credential={Credential},SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature={signature}";

        Assert.True(Open("GET", path, "", headers).Matches(SigV4Signature.UnsignedPayload));
        Assert.False(Open("GET", path + "x", "", headers).Matches(SigV4Signature.UnsignedPayload));
    }

    [Fact]
    public void A_wrong_region_names_the_right_one()
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["host"] = "h" };
        new SigV4Signer(Key, Secret, "eu-west-1").Sign("GET", "/", "", headers, SigV4Signature.UnsignedPayload, Now);

        var refusal = Assert.Throws<StoreException>(() => Open("GET", "/", "", headers));

        Assert.Equal(
            "The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'us-east-1'", refusal.Message);
        Assert.Contains(refusal.Details, d => d is { Key: "Region", Value: "us-east-1" });
    }

    [Fact]
    public void Requests_without_a_signature_are_anonymous()
    {
        Assert.Null(SigV4Authorization.Find(RequestQuery.Empty, _ => null));
        Assert.Null(SigV4Authorization.Find(RequestQuery.Empty, name => name == "authorization" ? "Bearer x" : null));
        Assert.Throws<StoreException>(() => SigV4Authorization.Find(RequestQuery.Parse("AWSAccessKeyId=a&Signature=b"), _ => null));
        Assert.Throws<StoreException>(
            () => SigV4Authorization.Find(
                RequestQuery.Parse("X-Amz-Algorithm=AWS4-HMAC-SHA256"), name => name == "authorization" ? "AWS4-HMAC-SHA256" : null));
    }

    [Fact]
    public void The_payload_header_takes_five_forms_and_nothing_else()
    {
        Assert.Null(PayloadForm.Parse(null));
        Assert.Equal(PayloadKind.Hex, PayloadForm.Parse(SigV4Signature.EmptyPayload)!.Value.Kind);
        Assert.Equal(Holdfast.Protocol.Digest.Empty, PayloadForm.Parse(SigV4Signature.EmptyPayload)!.Value.Digest);
        Assert.Equal(PayloadKind.Unsigned, PayloadForm.Parse("UNSIGNED-PAYLOAD")!.Value.Kind);
        Assert.True(PayloadForm.Parse("STREAMING-AWS4-HMAC-SHA256-PAYLOAD")!.Value is { IsChunked: true, HasTrailer: false });
        Assert.True(PayloadForm.Parse("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")!.Value is { IsChunked: true, HasTrailer: true });
        Assert.True(PayloadForm.Parse("STREAMING-UNSIGNED-PAYLOAD-TRAILER")!.Value is { IsChunked: true, HasTrailer: true });
        foreach (var bad in new[] { "", "abc", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", new string('g', 64) })
            Assert.Equal(StoreError.InvalidArgument, Assert.Throws<StoreException>(() => PayloadForm.Parse(bad)).Error);
    }

    static SortedDictionary<string, string> Headers(string extra, string payload)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = "examplebucket.s3.amazonaws.com",
            ["x-amz-content-sha256"] = payload,
            ["x-amz-date"] = "20130524T000000Z",
        };
        foreach (var pair in extra.Split('|', StringSplitOptions.RemoveEmptyEntries))
            headers[pair[..pair.IndexOf('=', StringComparison.Ordinal)]] = pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..];
        return headers;
    }

    static SigV4Signature Open(string method, string path, string rawQuery, IDictionary<string, string> headers, DateTimeOffset? now = null)
    {
        var query = RequestQuery.Parse(rawQuery);
        string? Header(string name) => headers.TryGetValue(name, out var value) ? value : null;
        var authorization = SigV4Authorization.Find(query, Header) ?? throw new InvalidOperationException("anonymous");
        return Verifier.Open(authorization, new SigV4Request(method, path, query, Header, headers.Keys), Secret, now ?? Now);
    }
}
