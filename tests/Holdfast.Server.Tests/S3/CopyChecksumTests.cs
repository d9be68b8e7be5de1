using System.Net;
using System.Security.Cryptography;
using Holdfast.TestKit.Blobs;

namespace Holdfast.Server.Tests.S3;

/// <summary>The checksum a copy asks for (S3 API reference, CopyObject, x-amz-checksum-algorithm).</summary>
public sealed class CopyChecksumTests(S3Server server) : IClassFixture<S3Server>
{
    [Theory]
    [InlineData("CRC32")]
    [InlineData("CRC32C")]
    [InlineData("CRC64NVME")]
    [InlineData("SHA1")]
    [InlineData("SHA256")]
    public async Task A_copy_gets_the_checksum_it_asks_for(string algorithm)
    {
        var bucket = await server.BucketAsync();
        foreach (var length in (int[])[0, 100, 300_000])
        {
            var content = TestBytes.Of(length, 6);
            (await server.Root.PutAsync(
                $"/{bucket}/a", content, ("x-amz-checksum-sha1", Convert.ToBase64String(SHA1.HashData(content))))).ExpectOk();

            var copied = (await server.Root.PutAsync(
                $"/{bucket}/b", "", ("x-amz-copy-source", $"{bucket}/a"), ("x-amz-checksum-algorithm", algorithm))).ExpectOk();

            Assert.Equal(Checksums.Of(algorithm, content), copied.All("Checksum" + algorithm)[0]);
            Assert.Equal("FULL_OBJECT", copied.All("ChecksumType")[0]);
            var head = await server.Root.HeadAsync($"/{bucket}/b", ("x-amz-checksum-mode", "ENABLED"));
            Assert.Equal(Checksums.Of(algorithm, content), head.Header("x-amz-checksum-" + algorithm));
        }
    }

    [Fact]
    public async Task A_multipart_source_is_read_through_its_parts()
    {
        var (bucket, first, second) = (await server.BucketAsync(), TestBytes.Of(5 << 20, 1), TestBytes.Of(70_000, 2));
        var id = (await server.Root.PostAsync($"/{bucket}/a?uploads")).ExpectOk().All("UploadId")[0];
        var one = (await server.Root.PutAsync($"/{bucket}/a?partNumber=1&uploadId={id}", first)).ExpectOk().ETag;
        var two = (await server.Root.PutAsync($"/{bucket}/a?partNumber=2&uploadId={id}", second)).ExpectOk().ETag;
        (await server.Root.PostAsync(
            $"/{bucket}/a?uploadId={id}",
            $"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{one}</ETag></Part><Part><PartNumber>2</PartNumber>"
            + $"<ETag>{two}</ETag></Part></CompleteMultipartUpload>"))
            .ExpectOk();

        var copied = await server.Root.PutAsync(
            $"/{bucket}/b", "", ("x-amz-copy-source", $"{bucket}/a"), ("x-amz-checksum-algorithm", "crc32"));

        Assert.Equal(Checksums.Of("CRC32", [.. first, .. second]), copied.ExpectOk().All("ChecksumCRC32")[0]);
    }

    [Fact]
    public async Task An_unknown_checksum_of_a_copy_is_refused()
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/a", "x")).ExpectOk();

        (await server.Root.PutAsync($"/{bucket}/b", "", ("x-amz-copy-source", $"{bucket}/a"), ("x-amz-checksum-algorithm", "MD4")))
            .Expect(HttpStatusCode.BadRequest, "InvalidRequest");
        (await server.Root.GetAsync($"/{bucket}/b")).Expect(HttpStatusCode.NotFound);
    }
}
