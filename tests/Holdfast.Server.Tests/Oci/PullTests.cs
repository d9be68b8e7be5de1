using System.Net;

namespace Holdfast.Server.Tests.Oci;

public sealed class PullTests(OciServer server) : IClassFixture<OciServer>
{
    const int Size = 2048;

    [Theory]
    [InlineData("sha256", 0)]
    [InlineData("sha256", 2)]
    [InlineData("sha256", 100_000)]
    [InlineData("sha512", 0)]
    [InlineData("sha512", 2)]
    [InlineData("sha512", 100_000)]
    public async Task A_blob_is_given_as_it_was_pushed_under_the_digest_it_was_asked_by(string algorithm, int length)
    {
        var name = await server.RepositoryAsync();
        var blob = Image.NewBytes(length);
        var digest = await server.Alice.PushBlobAsync(name, blob, algorithm);

        var head = (await server.Alice.HeadAsync($"/v2/{name}/blobs/{digest}")).ExpectOk();
        var got = (await server.Alice.GetAsync($"/v2/{name}/blobs/{digest}", ("Accept-Encoding", "gzip"))).ExpectOk();

        Assert.Equal(blob, got.Body);
        Assert.Empty(head.Body);
        foreach (var answer in (OciReply[])[head, got])
        {
            Assert.Equal($"{length}", answer.Header("Content-Length"));
            Assert.Equal(digest, answer.Digest);
            Assert.Equal("application/octet-stream", answer.Header("Content-Type"));
            Assert.Equal("bytes", answer.Header("Accept-Ranges"));
            Assert.Equal($"\"{digest}\"", answer.Header("ETag"));
            Assert.Null(answer.Header("Content-Encoding"));
        }
    }

    [Fact]
    public async Task Content_known_by_its_sha512_is_known_by_its_sha256_too()
    {
        var name = await server.RepositoryAsync();
        var blob = Image.NewBytes(500);
        await server.Alice.PushBlobAsync(name, blob, "sha512");

        var got = (await server.Alice.GetAsync($"/v2/{name}/blobs/{Image.Sha256(blob)}")).ExpectOk();

        Assert.Equal(blob, got.Body);
        Assert.Equal(Image.Sha256(blob), got.Digest);
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    public async Task What_was_never_pushed_is_unknown(string algorithm)
    {
        var name = await server.RepositoryAsync();

        (await server.Alice.GetAsync($"/v2/{name}/blobs/{Image.Unknown(algorithm)}")).Expect(HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        foreach (var reference in (string[])[Image.Unknown(algorithm), "missing-tag"])
            (await server.Alice.GetAsync($"/v2/{name}/manifests/{reference}")).Expect(HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        (await server.Alice.HeadAsync($"/v2/{name}/blobs/{Image.Unknown(algorithm)}")).Expect(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(".INVALID_MANIFEST_NAME")]
    [InlineData("-x")]
    [InlineData("a%20b")]
    public async Task What_cannot_be_a_tag_is_not_found_rather_than_refused(string reference)
    {
        var name = await server.RepositoryAsync();

        (await server.Alice.GetAsync($"/v2/{name}/manifests/{reference}")).Expect(HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        Assert.Empty((await server.Alice.HeadAsync($"/v2/{name}/manifests/{reference}")).Expect(HttpStatusCode.NotFound).Body);
    }

    [Theory]
    [InlineData("bytes=500-1499", 500, 1499)]
    [InlineData("bytes=500-", 500, 2047)]
    [InlineData("bytes=-500", 1548, 2047)]
    [InlineData("bytes=-5000", 0, 2047)]
    [InlineData("bytes=2000-5000", 2000, 2047)]
    [InlineData("bytes=0-0", 0, 0)]
    public async Task A_range_of_a_blob_is_given_with_where_it_lies(string range, int first, int last)
    {
        var (target, blob) = await PushAsync();

        var got = (await server.Alice.GetAsync(target, ("Range", range))).Expect(HttpStatusCode.PartialContent);

        Assert.Equal(blob[first..(last + 1)], got.Body);
        Assert.Equal($"bytes {first}-{last}/{Size}", got.Header("Content-Range"));
        Assert.Equal($"{last - first + 1}", got.Header("Content-Length"));
    }

    [Theory]
    [InlineData("bytes=500-0")]
    [InlineData("bytes=5000-10000")]
    [InlineData("bytes=2048-")]
    [InlineData("bytes=-0")]
    public async Task A_range_without_a_byte_is_refused_with_the_size(string range)
    {
        var (target, _) = await PushAsync();

        var refusal = (await server.Alice.GetAsync(target, ("Range", range))).Expect(HttpStatusCode.RequestedRangeNotSatisfiable);

        Assert.Equal($"bytes */{Size}", refusal.Header("Content-Range"));
    }

    [Theory]
    [InlineData("bytes=0-1,5-6")]
    [InlineData("lines=1-2")]
    [InlineData("bytes=x-y")]
    public async Task What_is_not_one_range_of_bytes_is_ignored(string range)
    {
        var (target, blob) = await PushAsync();

        Assert.Equal(blob, (await server.Alice.GetAsync(target, ("Range", range))).ExpectOk().Body);
    }

    [Fact]
    public async Task HEAD_takes_no_range()
    {
        var (target, _) = await PushAsync();

        Assert.Equal($"{Size}", (await server.Alice.HeadAsync(target, ("Range", "bytes=0-9"))).ExpectOk().Header("Content-Length"));
    }

    [Fact]
    public async Task Known_content_is_not_sent_again()
    {
        var (blob, _) = await PushAsync();
        var name = await server.RepositoryAsync();
        await server.Alice.PushImageAsync(name, "v1");

        foreach (var target in (string[])[blob, $"/v2/{name}/manifests/v1"])
        {
            var tag = (await server.Alice.HeadAsync(target)).Header("ETag")!;
            foreach (var known in (string[])[tag, $"W/{tag}", $"\"other\", {tag}", "*"])
            {
                var unchanged = (await server.Alice.GetAsync(target, ("If-None-Match", known))).Expect(HttpStatusCode.NotModified);
                Assert.Empty(unchanged.Body);
                Assert.Equal(tag, unchanged.Header("ETag"));
                (await server.Alice.HeadAsync(target, ("If-None-Match", known))).Expect(HttpStatusCode.NotModified);
            }
            (await server.Alice.GetAsync(target, ("If-None-Match", "\"other\""))).ExpectOk();
        }
    }

    [Fact]
    public async Task A_moved_tag_is_other_content()
    {
        var name = await server.RepositoryAsync();
        await server.Alice.PushImageAsync(name, "v1");
        var tag = (await server.Alice.HeadAsync($"/v2/{name}/manifests/v1")).Header("ETag")!;

        var second = await server.Alice.PushImageAsync(name, "v1");

        Assert.Equal(second, (await server.Alice.GetAsync($"/v2/{name}/manifests/v1", ("If-None-Match", tag))).ExpectOk().Body);
    }

    [Theory]
    [InlineData("application/vnd.oci.image.index.v1+json")]
    [InlineData("application/vnd.docker.distribution.manifest.v2+json;q=0.5, text/html")]
    [InlineData("*/*")]
    public async Task The_stored_type_is_given_whatever_is_accepted(string accept)
    {
        var name = await server.RepositoryAsync();
        var manifest = await server.Alice.PushImageAsync(name, "v1");

        foreach (var reference in (string[])["v1", Image.Sha256(manifest)])
        {
            var got = (await server.Alice.GetAsync($"/v2/{name}/manifests/{reference}", ("Accept", accept))).ExpectOk();
            Assert.Equal(manifest, got.Body);
            Assert.Equal(Image.ManifestType, got.Header("Content-Type"));
        }
    }

    async Task<(string Target, byte[] Blob)> PushAsync()
    {
        var name = await server.RepositoryAsync();
        var blob = Image.NewBytes(Size);
        return ($"/v2/{name}/blobs/{await server.Alice.PushBlobAsync(name, blob)}", blob);
    }
}
