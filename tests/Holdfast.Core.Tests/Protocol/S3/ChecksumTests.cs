using System.Security.Cryptography;
using System.Text;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Hashing;
using Holdfast.Protocol.S3;
using Holdfast.Protocol.S3.Checksums;
using Holdfast.Protocol.S3.SigV4;

namespace Holdfast.Core.Tests.Protocol.S3;

public sealed class ChecksumTests
{
    static readonly byte[] Check = Encoding.ASCII.GetBytes("123456789");

    [Fact]
    public void Values_are_base64_of_big_endian_bytes()
    {
        var value = ChecksumValue.OfCrc32(Crc32.Append(0, Check));

        Assert.Equal("y/Q5Jg==", value.ToString());
        Assert.Equal(value, ChecksumValue.Parse(ChecksumAlgorithm.Crc32, "y/Q5Jg=="));
        Assert.Equal("rosUhgp5mIg=", ChecksumValue.OfCrc64Nvme(Crc64Nvme.Append(0, Check)).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("y/Q5Jg")]
    [InlineData("y/Q5Jg===")]
    [InlineData("y/Q5J===")]
    [InlineData("y Q5Jg==")]
    [InlineData("y/Q5JgAA")]
    [InlineData("cbf43926")]
    [InlineData("y/Q5Jg==-0")]
    [InlineData("y/Q5Jg==-10001")]
    [InlineData("y/Q5Jg==-x")]
    public void What_is_no_checksum_is_refused(string text)
    {
        var refusal = Assert.Throws<StoreException>(() => ChecksumValue.Parse(ChecksumAlgorithm.Crc32, text));
        Assert.Equal((StoreError.InvalidRequest, "Value for x-amz-checksum-crc32 header is invalid."), (refusal.Error, refusal.Message));
    }

    [Fact]
    public void A_request_has_one_checksum_at_most()
    {
        Assert.Null(ChecksumAlgorithms.Find(_ => null));
        Assert.Equal(
            ChecksumAlgorithm.Sha1,
            ChecksumAlgorithms.Find(name => name == "x-amz-checksum-sha1" ? Convert.ToBase64String(new byte[20]) : null)!.Value.Algorithm);
        Assert.Throws<StoreException>(
            () => ChecksumAlgorithms.Find(name => name.StartsWith("x-amz-checksum-crc32", StringComparison.Ordinal) ? "y/Q5Jg==" : null));
        Assert.Throws<StoreException>(
            () => ChecksumAlgorithms.Find(name => name == "x-amz-checksum-crc32" ? "y/Q5Jg==" : null, ChecksumAlgorithm.Crc32));
        Assert.Equal(
            StoreError.NotImplemented,
            Assert.Throws<StoreException>(() => ChecksumAlgorithms.Find(name => name == "x-amz-checksum-xxhash3" ? "x" : null)).Error);
    }

    [Theory]
    [InlineData(ChecksumAlgorithm.Crc32, null, ChecksumType.Composite)]
    [InlineData(ChecksumAlgorithm.Crc32, ChecksumType.FullObject, ChecksumType.FullObject)]
    [InlineData(ChecksumAlgorithm.Crc32C, ChecksumType.Composite, ChecksumType.Composite)]
    [InlineData(ChecksumAlgorithm.Crc64Nvme, null, ChecksumType.FullObject)]
    [InlineData(ChecksumAlgorithm.Sha256, null, ChecksumType.Composite)]
    public void Types_that_exist_resolve(ChecksumAlgorithm algorithm, ChecksumType? asked, ChecksumType resolved) =>
        Assert.Equal(resolved, MultipartChecksums.ResolveType(algorithm, asked));

    [Theory]
    [InlineData(ChecksumAlgorithm.Crc64Nvme, ChecksumType.Composite)]
    [InlineData(ChecksumAlgorithm.Sha1, ChecksumType.FullObject)]
    [InlineData(ChecksumAlgorithm.Sha256, ChecksumType.FullObject)]
    [InlineData(null, ChecksumType.Composite)]
    public void Types_that_do_not_exist_are_refused(ChecksumAlgorithm? algorithm, ChecksumType type) =>
        Assert.Equal(StoreError.InvalidRequest, Assert.Throws<StoreException>(() => MultipartChecksums.ResolveType(algorithm, type)).Error);

    [Fact]
    public void Names_are_read()
    {
        foreach (var algorithm in ChecksumAlgorithms.All)
        {
            Assert.Equal(algorithm, ChecksumAlgorithms.Parse("x-amz-checksum-algorithm", algorithm.Name()));
            Assert.Equal("Checksum" + algorithm.Name(), Encoding.ASCII.GetString(algorithm.ElementName()));
        }

        Assert.Null(ChecksumAlgorithms.Parse("x-amz-checksum-algorithm", null));
        Assert.Throws<StoreException>(() => ChecksumAlgorithms.Parse("x-amz-checksum-algorithm", "MD5"));
        Assert.Throws<StoreException>(() => ChecksumAlgorithms.Parse("x-amz-sdk-checksum-algorithm", ""));
        Assert.Equal(ChecksumType.FullObject, ChecksumAlgorithms.ParseType("FULL_OBJECT"));
        Assert.Equal(ChecksumType.Composite, ChecksumAlgorithms.ParseType("composite"));
        Assert.Null(ChecksumAlgorithms.ParseType(null));
        Assert.Throws<StoreException>(() => ChecksumAlgorithms.ParseType("x"));
    }

    [Fact]
    public void A_trailer_is_promised_exactly_when_the_form_has_one()
    {
        var form = PayloadForm.Parse("STREAMING-UNSIGNED-PAYLOAD-TRAILER");
        Assert.Equal(ChecksumAlgorithm.Crc32, ChecksumAlgorithms.ParseTrailer("X-Amz-Checksum-Crc32 ", form));
        Assert.Null(ChecksumAlgorithms.ParseTrailer(null, PayloadForm.Parse("UNSIGNED-PAYLOAD")));
        foreach (var bad in new[] { null, "", "x-amz-checksum-md5", "x-amz-checksum-crc32,x-amz-checksum-crc32c", "x-amz-meta-a" })
            Assert.Equal(
                StoreError.MalformedTrailer, Assert.Throws<StoreException>(() => ChecksumAlgorithms.ParseTrailer(bad, form)).Error);
        Assert.Throws<StoreException>(() => ChecksumAlgorithms.ParseTrailer("x-amz-checksum-crc32", PayloadForm.Parse("UNSIGNED-PAYLOAD")));
    }

    [Fact]
    public void The_checksum_of_all_follows_from_those_of_the_parts()
    {
        var data = RandomNumberGenerator.GetBytes(10_000);
        int[] cuts = [0, 1, 4000, 4000, 9999, 10_000];
        var pieces = cuts.Zip(cuts.Skip(1), (from, to) => data[from..to]).ToArray();

        Assert.Equal(
            ChecksumValue.OfCrc32(Crc32.Append(0, data)),
            MultipartChecksums.FullObject(
                ChecksumAlgorithm.Crc32, pieces.Select(p => (ChecksumValue.OfCrc32(Crc32.Append(0, p)), (long)p.Length)).ToArray()));
        Assert.Equal(
            ChecksumValue.OfCrc32C(Crc32C.Append(0, data)),
            MultipartChecksums.FullObject(
                ChecksumAlgorithm.Crc32C, pieces.Select(p => (ChecksumValue.OfCrc32C(Crc32C.Append(0, p)), (long)p.Length)).ToArray()));
        Assert.Equal(
            ChecksumValue.OfCrc64Nvme(Crc64Nvme.Append(0, data)),
            MultipartChecksums.FullObject(
                ChecksumAlgorithm.Crc64Nvme,
                pieces.Select(p => (ChecksumValue.OfCrc64Nvme(Crc64Nvme.Append(0, p)), (long)p.Length)).ToArray()));
    }

    [Fact]
    public void A_composite_covers_the_parts_digests()
    {
        byte[] a = SHA256.HashData("a"u8), b = SHA256.HashData("b"u8);

        var composite = MultipartChecksums.Composite(
            ChecksumAlgorithm.Sha256, [new ChecksumValue(ChecksumAlgorithm.Sha256, a), new ChecksumValue(ChecksumAlgorithm.Sha256, b)]);

        Assert.Equal(Convert.ToBase64String(SHA256.HashData([.. a, .. b])) + "-2", composite.ToString());
        Assert.Equal(composite, ChecksumValue.Parse(ChecksumAlgorithm.Sha256, composite.ToString()));
        Assert.Equal(ChecksumType.Composite, composite.Type);
    }

    [Fact]
    public void Content_md5_is_sixteen_bytes_of_base64()
    {
        Assert.Null(ContentMd5.Parse(null));
        Assert.Equal(MD5.HashData("a"u8), ContentMd5.Parse(Convert.ToBase64String(MD5.HashData("a"u8))));
        foreach (var bad in new[] { "", "abc", "Y2Zj", Convert.ToBase64String(new byte[20]) })
            Assert.Equal(StoreError.InvalidDigest, Assert.Throws<StoreException>(() => ContentMd5.Parse(bad)).Error);
    }
}
