using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;
using Holdfast.Protocol.S3.SigV2;

namespace Holdfast.Core.Tests.Protocol.S3.SigV2;

/// <summary>Vectors are URLs that botocore 1.43 made with AWS's example key at 2026-05-28T20:26:40Z.</summary>
public sealed class PresignedV2Tests
{
    const string Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    static readonly DateTimeOffset SignedAt = DateTimeOffset.FromUnixTimeSeconds(1_780_000_000);

    static readonly RequestQuery Get = RequestQuery.Parse(
        "versionId=null&response-content-type=text%2Fplain&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE"
        + "&Signature=Md%2BYUG9fazTbWjBlJUAM6GY0DJo%3D&Expires=1780003600");

    static readonly RequestQuery Put = RequestQuery.Parse(
        "AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=1P%2Bx1RB8E92GQMuYDPkmpV01rKQ%3D"
        + "&content-type=text%2Fplain&x-amz-meta-a=b&Expires=1780003600");

    [Fact]
    public void A_url_of_botocore_verifies() => Verify("GET", "/bkt/a%20b/c%2Bd", Get, SignedAt);

    [Fact]
    public void Headers_that_botocore_moved_into_the_query_are_covered() => Verify("PUT", "/bkt/k", Put, SignedAt);

    [Theory]
    [InlineData("PUT", "/bkt/a%20b/c%2Bd")]
    [InlineData("GET", "/bkt/other")]
    public void Another_method_or_object_is_refused(string method, string resource)
    {
        var refusal = Assert.Throws<StoreException>(() => Verify(method, resource, Get, SignedAt));

        Assert.Equal(StoreError.SignatureMismatch, refusal.Error);
    }

    [Fact]
    public void An_expired_url_is_refused()
    {
        var refusal = Assert.Throws<StoreException>(() => Verify("GET", "/bkt/a%20b/c%2Bd", Get, SignedAt.AddHours(1)));

        Assert.Equal(StoreError.RequestExpired, refusal.Error);
    }

    [Theory]
    [InlineData("AWSAccessKeyId=a&Signature=b")]
    [InlineData("AWSAccessKeyId=a&Expires=1")]
    [InlineData("AWSAccessKeyId=a&Signature=b&Expires=soon")]
    [InlineData("AWSAccessKeyId=a&Signature=b&Expires=-1")]
    public void A_part_that_is_missing_or_no_number_is_refused(string query)
    {
        var refusal = Assert.Throws<StoreException>(() => PresignedV2.Find(RequestQuery.Parse(query)));

        Assert.Equal(StoreError.AccessDenied, refusal.Error);
    }

    [Fact]
    public void A_query_without_a_key_carries_no_signature() => Assert.Null(PresignedV2.Find(RequestQuery.Parse("Expires=1&Signature=b")));

    static void Verify(string method, string resource, RequestQuery query, DateTimeOffset now) =>
        PresignedV2.Find(query)!.Verify(method, resource, query, _ => null, [], Secret, now);
}
