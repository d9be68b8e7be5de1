using System.Net;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Protocol;
using Holdfast.TestKit.Blobs;

namespace Holdfast.Server.Tests.S3;

public sealed class PutGetTests(S3Server server) : IClassFixture<S3Server>
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 * 1024)]
    [InlineData(16 * 1024 + 1)]
    [InlineData(300_001)]
    public async Task What_is_put_is_got_and_described(int length)
    {
        var bucket = await server.BucketAsync();
        var content = TestBytes.Of(length);

        var put = (await server.Root.PutAsync($"/{bucket}/a/b", content)).ExpectOk();
        var got = (await server.Root.GetAsync($"/{bucket}/a/b")).ExpectOk();
        var head = (await server.Root.HeadAsync($"/{bucket}/a/b")).ExpectOk();

        Assert.Equal(content, got.Body);
        Assert.Equal($"\"{Convert.ToHexStringLower(MD5.HashData(content))}\"", put.ETag);
        Assert.Equal(Digest.Of(content).ToString(), put.Header("Holdfast-Content-Digest"));
        foreach (var reply in (S3Reply[])[got, head])
        {
            Assert.Equal(put.ETag, reply.ETag);
            Assert.Equal(Digest.Of(content).ToString(), reply.Header("Holdfast-Content-Digest"));
            Assert.Equal($"{length}", reply.Header("Content-Length"));
            Assert.Equal("binary/octet-stream", reply.Header("Content-Type"));
            Assert.Equal("bytes", reply.Header("Accept-Ranges"));
            Assert.Equal("nosniff", reply.Header("X-Content-Type-Options"));
            Assert.Equal("sandbox", reply.Header("Content-Security-Policy"));
            Assert.Null(reply.VersionId);
        }
    }

    [Theory]
    [InlineData("Unsigned", 200_000)]
    [InlineData("SignedChunks", 0)]
    [InlineData("SignedChunks", 200_000)]
    [InlineData("SignedChunksTrailer", 200_000)]
    [InlineData("SignedChunksTrailer", 10)]
    [InlineData("UnsignedTrailer", 200_000)]
    [InlineData("UnsignedTrailer", 0)]
    public async Task Every_payload_form_carries_the_same_bytes(string framing, int length)
    {
        var bucket = await server.BucketAsync();
        var content = TestBytes.Of(length, 2);
        var form = Enum.Parse<Framing>(framing);
        var trailer = form >= Framing.SignedChunksTrailer
            ? "x-amz-checksum-sha256:" + Convert.ToBase64String(SHA256.HashData(content))
            : null;

        var put = await server.Root.SendAsync("PUT", $"/{bucket}/k", content, form, [("Content-Encoding", "aws-chunked,gzip")], trailer);

        put.ExpectOk();
        var got = await server.Root.GetAsync($"/{bucket}/k", ("x-amz-checksum-mode", "ENABLED"));
        Assert.Equal(content, got.Body);
        Assert.Equal("gzip", got.Header("Content-Encoding"));
        Assert.Equal(trailer?[(trailer.IndexOf(':') + 1)..], got.Header("x-amz-checksum-sha256"));
    }

    [Theory]
    [InlineData("SignedChunks")]
    [InlineData("SignedChunksTrailer")]
    [InlineData("UnsignedTrailer")]
    public async Task A_chunked_body_changed_on_the_way_is_refused_and_leaves_nothing(string framing)
    {
        var bucket = await server.BucketAsync();
        var content = TestBytes.Of(100_000, 3);
        var form = Enum.Parse<Framing>(framing);
        var trailer = form >= Framing.SignedChunksTrailer
            ? "x-amz-checksum-sha256:" + Convert.ToBase64String(SHA256.HashData(content))
            : null;

        var put = await server.Root.SendAsync("PUT", $"/{bucket}/k", content, form, [], trailer, Flip);

        Assert.Contains(put.Code, (string[])["SignatureDoesNotMatch", "BadDigest"]);
        (await server.Root.GetAsync($"/{bucket}/k")).Expect(HttpStatusCode.NotFound, "NoSuchKey");

        static byte[] Flip(byte[] body)
        {
            body[5000] ^= 1;
            return body;
        }
    }

    [Theory]
    [InlineData("bytes=0-9", 206, 0, 10)]
    [InlineData("bytes=99990-", 206, 99_990, 10)]
    [InlineData("bytes=99990-200000", 206, 99_990, 10)]
    [InlineData("bytes=-7", 206, 99_993, 7)]
    [InlineData("bytes=-200000", 206, 0, 100_000)]
    [InlineData("bytes=65535-65536", 206, 65_535, 2)]
    [InlineData("bytes=5-1", 200, 0, 100_000)]
    [InlineData("bytes=0-1,4-5", 200, 0, 100_000)]
    [InlineData("lines=0-1", 200, 0, 100_000)]
    [InlineData("bytes=x", 200, 0, 100_000)]
    public async Task A_range_gives_its_bytes(string range, int status, int offset, int length)
    {
        var bucket = await server.BucketAsync();
        var content = TestBytes.Of(100_000, 4);
        (await server.Root.PutAsync($"/{bucket}/k", content)).ExpectOk();

        var got = await server.Root.GetAsync($"/{bucket}/k", ("Range", range));

        Assert.Equal(status, (int)got.Status);
        Assert.Equal(content[offset..(offset + length)], got.Body);
        Assert.Equal(status == 206 ? $"bytes {offset}-{offset + length - 1}/100000" : null, got.Header("Content-Range"));
    }

    [Theory]
    [InlineData("bytes=100-", 100)]
    [InlineData("bytes=-0", 100)]
    [InlineData("bytes=0-", 0)]
    [InlineData("bytes=-0", 0)]
    public async Task A_range_outside_the_object_is_416(string range, int length)
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", TestBytes.Of(length))).ExpectOk();

        var got = (await server.Root.GetAsync($"/{bucket}/k", ("Range", range))).Expect((HttpStatusCode)416, "InvalidRange");

        Assert.Equal($"{length}", got.All("ActualObjectSize")[0]);
    }

    [Fact]
    public async Task Headers_and_metadata_come_back_byte_for_byte()
    {
        var bucket = await server.BucketAsync();
        (string, string)[] sent =
        [
            ("Content-Type", "text/x-test; charset=utf-8"), ("Cache-Control", "max-age=7"), ("Content-Disposition", "attachment"),
            ("Content-Language", "de"), ("Expires", "Thu, 01 Dec 2033 16:00:00 GMT"), ("x-amz-meta-Plain", "value"),
            ("x-amz-meta-coded", "=?UTF-8?B?w6Q=?="), ("x-amz-meta-utf", "größe 日本"), ("x-amz-website-redirect-location", "/elsewhere"),
        ];
        (await server.Root.PutAsync($"/{bucket}/k", "x"u8.ToArray(), sent)).ExpectOk();

        var head = await server.Root.HeadAsync($"/{bucket}/k");

        foreach (var (name, value) in sent)
            Assert.Equal(value, head.Header(name));
    }

    [Fact]
    public async Task A_presigned_url_reads_and_writes_without_headers()
    {
        var bucket = await server.BucketAsync();
        var put = server.Root.Presign("PUT", $"/{bucket}/k", TimeSpan.FromMinutes(5));
        (await server.Nobody.PlainAsync("PUT", put, "shared"u8.ToArray())).ExpectOk();
        var get = server.Root.Presign(
            "GET", $"/{bucket}/k?response-content-type=text%2Fplain&response-content-disposition=inline", TimeSpan.FromMinutes(5));

        var got = (await server.Nobody.PlainAsync("GET", get)).ExpectOk();

        Assert.Equal("shared", got.Text);
        Assert.Equal("text/plain", got.Header("Content-Type"));
        Assert.Equal("inline", got.Header("Content-Disposition"));
        (await server.Nobody.PlainAsync("GET", get + "x")).Expect(HttpStatusCode.Forbidden, "SignatureDoesNotMatch");
        var old = server.Root.Presign("GET", $"/{bucket}/k", TimeSpan.FromMinutes(5), TimeProvider.System.GetUtcNow().AddMinutes(-6));
        (await server.Nobody.PlainAsync("GET", old)).Expect(HttpStatusCode.Forbidden, "AccessDenied");
    }

    [Theory]
    [InlineData("a//b")]
    [InlineData("a/./b")]
    [InlineData("a/../b")]
    [InlineData("../up")]
    [InlineData("%2Fslash")]
    [InlineData("plus+and%20space")]
    [InlineData("folder/")]
    [InlineData("%01%1F%7F")]
    [InlineData("%F0%9F%98%80%E2%82%AC")]
    [InlineData("a%3Fb%23c%26d")]
    public async Task Keys_are_bytes_and_no_paths(string rawKey)
    {
        var bucket = await server.BucketAsync();
        var content = Encoding.ASCII.GetBytes(rawKey);

        (await server.Root.PutAsync($"/{bucket}/{rawKey}", content)).ExpectOk();

        Assert.Equal(content, (await server.Root.GetAsync($"/{bucket}/{rawKey}")).ExpectOk().Body);
        var listed = await server.Root.GetAsync($"/{bucket}?encoding-type=url&list-type=2");
        Assert.Equal(
            Uri.UnescapeDataString(rawKey),
            Uri.UnescapeDataString(listed.All("Key").Single().Replace("+", "%20", StringComparison.Ordinal)));
        (await server.Root.DeleteAsync($"/{bucket}/{rawKey}")).Expect(HttpStatusCode.NoContent);
        (await server.Root.HeadAsync($"/{bucket}/{rawKey}")).Expect(HttpStatusCode.NotFound);
    }
}
