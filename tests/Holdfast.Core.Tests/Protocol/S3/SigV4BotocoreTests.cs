using Holdfast.Protocol.Http;
using Holdfast.Protocol.S3.SigV4;

namespace Holdfast.Core.Tests.Protocol.S3;

/// <summary>Requests signed by botocore 1.43 with a key, secret and session token full of signs that need encoding.</summary>
public sealed class SigV4BotocoreTests
{
    const string Scope = "AKIDEXAMPLE/20260304/eu-central-1/s3/aws4_request";
    const string Presigned = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260304%2Feu-central-1%2Fs3%2Faws4_request"
        + "&X-Amz-Date=20260304T050607Z&X-Amz-Expires=3600";

    const string OddPath = "/bucket/a%20b%2B%E2%82%AC//c/../d~%28x%29";
    const string Hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    [Theory]
    [InlineData(
        "PUT", OddPath, "partNumber=1&uploadId=a%2Fb%3D",
        "content-type;host;x-amz-content-sha256;x-amz-date;x-amz-meta-a;x-amz-security-token",
        Hello, "cdff6b441bb064a6661824476b3d5f89948d9d740aaf7e2361066771bca4c482")]
    [InlineData(
        "GET", "/bucket", "list-type=2&prefix=a%20b%2Bc&delimiter=%2F&acl=&z", "host;x-amz-content-sha256;x-amz-date;x-amz-security-token",
        SigV4Signature.EmptyPayload, "2e008b60aa296f42c2fb5ff85e7f02ef42f3589c2b821fd3d587f802ac473637")]
    [InlineData(
        "GET", "/", "", "host;x-amz-content-sha256;x-amz-date;x-amz-meta-u;x-amz-security-token",
        SigV4Signature.EmptyPayload, "ac94e084675154dc4a399029523ca4933baf8dddf7f557db4c8e6e25eed20224")]
    public void A_request_signed_by_header_matches(
        string method, string path, string query, string signedHeaders, string payload, string signature)
    {
        var headers = Headers(signedHeaders);
        headers["x-amz-content-sha256"] = payload;
        headers["authorization"] = $"AWS4-HMAC-SHA256 Credential={Scope}, SignedHeaders={signedHeaders}, Signature={signature}";

        Assert.True(Matches(method, path, query, headers, payload));
    }

    [Theory]
    [InlineData(
        "PUT", OddPath, "partNumber=1&uploadId=a%2Fb%3D&", "content-type%3Bhost%3Bx-amz-meta-a",
        "08038c14e7724b055e25a0c9ef2adb5e025352f90c288e84a29e54a75741b6ec")]
    [InlineData(
        "GET", "/bucket", "list-type=2&prefix=a%20b%2Bc&delimiter=%2F&acl=&z=&", "host",
        "11c46d6b49efce1792f8ec25f5d87be7e35e5b403d4bc7a99b18deb57d47f88c")]
    [InlineData("GET", "/", "", "host%3Bx-amz-meta-u", "2f9d700b90589ec78aa6735855e716638d93756e225a5ecde04e7c92fb7c0f42")]
    public void A_presigned_request_matches(string method, string path, string query, string signedHeaders, string signature)
    {
        var all = $"{query}{Presigned}&X-Amz-SignedHeaders={signedHeaders}&X-Amz-Security-Token=tok%2Fen%3D%3D&X-Amz-Signature={signature}";

        Assert.True(Matches(method, path, all, Headers(Uri.UnescapeDataString(signedHeaders)), SigV4Signature.UnsignedPayload));
    }

    static Dictionary<string, string> Headers(string signed)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = "localhost:9000",
            ["content-type"] = "text/plain; charset=x",
            ["x-amz-meta-a"] = "  v   w ",
            ["x-amz-meta-u"] = "é",
            ["x-amz-date"] = "20260304T050607Z",
            ["x-amz-security-token"] = "tok/en==",
        };
        return all.Where(pair => signed.Split(';').Contains(pair.Key)).ToDictionary(StringComparer.Ordinal);
    }

    static bool Matches(string method, string path, string rawQuery, Dictionary<string, string> headers, string payload)
    {
        var query = RequestQuery.Parse(rawQuery);
        var authorization = SigV4Authorization.Find(query, headers.GetValueOrDefault)!;
        Assert.Equal("tok/en==", authorization.SecurityToken);
        var request = new SigV4Request(method, path, query, headers.GetValueOrDefault, headers.Keys);
        return new SigV4Verifier("eu-central-1").Open(authorization, request, "secret/+key", Now).Matches(payload);
    }
}
