using System.Text;
using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

/// <summary>Checksums and GetObjectAttributes.</summary>
public sealed class AttributesTests(ServerUnderTest server)
{
    readonly S3Wire _s3 = server.Wire;

    [Theory]
    [InlineData("crc32", "ChecksumCRC32")]
    [InlineData("crc32c", "ChecksumCRC32C")]
    [InlineData("crc64nvme", "ChecksumCRC64NVME")]
    [InlineData("sha1", "ChecksumSHA1")]
    [InlineData("sha256", "ChecksumSHA256")]
    public async Task A_checksum_is_kept_told_when_asked_and_copied(string algorithm, string element)
    {
        var (bucket, bytes) = (await _s3.BucketAsync(), Keys.Random(100_000));
        var (header, sum) = ($"x-amz-checksum-{algorithm}", Sums.Of(algorithm, bytes));

        var put = (await _s3.PutAsync($"{bucket}/key", bytes, (header, sum))).Ok();
        await _s3.PutAsync($"{bucket}/copy", "", ("x-amz-copy-source", $"{bucket}/key"));
        var attributes = (await _s3.GetAsync($"{bucket}/key?attributes", ("x-amz-object-attributes", "Checksum"))).Ok();

        Assert.Equal(sum, put[header]);
        Assert.Equal((sum, "FULL_OBJECT"), (attributes.One($"Checksum/{element}"), attributes.One("Checksum/ChecksumType")));
        foreach (var target in new[] { $"{bucket}/key", $"{bucket}/copy" })
        {
            Assert.Equal(sum, (await _s3.HeadAsync(target, ("x-amz-checksum-mode", "ENABLED"))).Ok()[header]);
            Assert.Equal("FULL_OBJECT", (await _s3.GetAsync(target, ("x-amz-checksum-mode", "ENABLED"))).Ok()["x-amz-checksum-type"]);
            Assert.Null((await _s3.GetAsync(target)).Ok()[header]);
        }
    }

    [Fact]
    public async Task Two_checksums_at_once_are_refused()
    {
        var bucket = await _s3.BucketAsync();
        var bytes = "text"u8.ToArray();

        (await _s3.PutAsync(
            $"{bucket}/key", bytes, ("x-amz-checksum-crc32", Sums.Of("crc32", bytes)), ("x-amz-checksum-sha1", Sums.Of("sha1", bytes))))
            .Refused(400, "InvalidRequest");
    }

    public static TheoryData<string, string> MultipartKinds => new()
    {
        { "crc32", "FULL_OBJECT" }, { "crc32c", "FULL_OBJECT" }, { "crc64nvme", "FULL_OBJECT" },
        { "crc32", "COMPOSITE" }, { "crc32c", "COMPOSITE" }, { "sha1", "COMPOSITE" }, { "sha256", "COMPOSITE" },
    };

    [Theory]
    [MemberData(nameof(MultipartKinds))]
    public async Task A_multipart_object_has_the_checksum_chosen_at_its_start(string algorithm, string type)
    {
        var (target, first, last) = ($"{await _s3.BucketAsync()}/key", Keys.Random(Multipart.MinPart), Keys.Random(99));
        var header = $"x-amz-checksum-{algorithm}";
        var upload = await Multipart.BeginAsync(
            _s3, target, ("x-amz-checksum-algorithm", algorithm.ToUpperInvariant()), ("x-amz-checksum-type", type));
        var one = (await upload.UploadAsync(1, first, (header, Sums.Of(algorithm, first)))).Ok();
        var two = (await upload.UploadAsync(2, last, (header, Sums.Of(algorithm, last)))).Ok();
        var expected = type == "COMPOSITE" ? Sums.Composite(algorithm, first, last) : Sums.Of(algorithm, [.. first, .. last]);
        var element = $"Checksum{algorithm.ToUpperInvariant()}";
        string Part(int number, WireAnswer part) =>
            $"<Part><PartNumber>{number}</PartNumber><ETag>{part.ETag}</ETag><{element}>{part[header]}</{element}></Part>";

        var listed = (await upload.ListAsync()).Ok();
        var done = (await upload.CompleteAsync(Part(1, one) + Part(2, two))).Ok();
        var attributes = (await _s3.GetAsync(
            $"{target}?attributes", ("x-amz-object-attributes", "Checksum,ObjectParts,ObjectSize,ETag,StorageClass"))).Ok();

        Assert.Equal([Sums.Of(algorithm, first), Sums.Of(algorithm, last)], listed.All($"Part/{element}"));
        Assert.Equal((expected, type), (done.One(element), done.One("ChecksumType")));
        Assert.Equal(expected, (await _s3.HeadAsync(target, ("x-amz-checksum-mode", "ENABLED"))).Ok()[header]);
        var second = (await _s3.GetAsync($"{target}?partNumber=2", ("x-amz-checksum-mode", "ENABLED"))).Is(206);
        Assert.Equal((Sums.Of(algorithm, last), type), (second[header], second["x-amz-checksum-type"]));
        Assert.Equal(expected.Split('-')[0], attributes.One($"Checksum/{element}")!.Split('-')[0]);
        Assert.Equal(
            ("2", $"{first.Length + last.Length}"),
            (attributes.One("ObjectParts/PartsCount") ?? attributes.One("ObjectParts/TotalPartsCount"), attributes.One("ObjectSize")));
        Assert.Equal(done.One("ETag")!.Trim('"'), attributes.One("ETag"));
    }

    [Theory]
    [InlineData("crc64nvme", "COMPOSITE")]
    [InlineData("sha1", "FULL_OBJECT")]
    [InlineData("sha256", "FULL_OBJECT")]
    [InlineData("md4", "COMPOSITE")]
    [InlineData("crc32", "PARTIAL")]
    public async Task A_checksum_that_cannot_be_is_refused_at_the_start(string algorithm, string type)
    {
        var bucket = await _s3.BucketAsync();

        (await _s3.PostAsync(
            $"{bucket}/key?uploads", "", ("x-amz-checksum-algorithm", algorithm.ToUpperInvariant()), ("x-amz-checksum-type", type)))
            .Refused(400, "InvalidRequest");
    }

    [Fact]
    public async Task A_wrong_checksum_of_the_whole_or_of_a_part_stops_the_completion()
    {
        var upload = await Multipart.BeginAsync(
            _s3, $"{await _s3.BucketAsync()}/key", ("x-amz-checksum-algorithm", "CRC32"), ("x-amz-checksum-type", "FULL_OBJECT"));
        var part = await upload.UploadAsync(1, [1], ("x-amz-checksum-crc32", Sums.Of("crc32", [1])));
        string Listed(string sum) => $"<Part><PartNumber>1</PartNumber><ETag>{part.ETag}</ETag><ChecksumCRC32>{sum}</ChecksumCRC32></Part>";

        (await upload.CompleteAsync(Listed("AAAAAA=="))).Refused(400, "InvalidPart");
        (await upload.CompleteAsync(Listed(Sums.Of("crc32", [1])), ("x-amz-checksum-crc32", "AAAAAA=="))).Refused(400, "BadDigest");
        (await _s3.HeadAsync(upload.Target)).Is(404);
        (await upload.CompleteAsync(Listed(Sums.Of("crc32", [1])), ("x-amz-checksum-crc32", Sums.Of("crc32", [1])))).Ok();
    }

    [Theory]
    [InlineData("")]
    [InlineData("CRC32")]
    public async Task A_checksum_of_the_whole_that_the_upload_has_none_like_stops_the_completion(string announced)
    {
        (string, string)[] headers = announced.Length > 0 ? [("x-amz-checksum-algorithm", announced)] : [];
        var upload = await Multipart.BeginAsync(_s3, $"{await _s3.BucketAsync()}/key", headers);
        var sum = Sums.Of("crc32", [1]);
        (string, string)[] sums = announced.Length > 0 ? [("x-amz-checksum-crc32", sum)] : [];
        var part = await upload.UploadAsync(1, [1], sums);
        var listed = $"<Part><PartNumber>1</PartNumber><ETag>{part.ETag}</ETag>"
            + (announced.Length > 0 ? $"<ChecksumCRC32>{sum}</ChecksumCRC32>" : "") + "</Part>";

        (await upload.CompleteAsync(listed, ("x-amz-checksum-sha1", Sums.Of("sha1", [1])))).Refused(400, "InvalidRequest");

        (await _s3.HeadAsync(upload.Target)).Is(404);
        (await upload.CompleteAsync(listed)).Ok();
    }

    [Fact]
    public async Task Only_what_is_asked_for_is_told()
    {
        var at = $"{await _s3.BucketAsync()}/key";
        var put = await _s3.PutAsync(at, "text");

        var answer = (await _s3.GetAsync($"{at}?attributes", ("x-amz-object-attributes", "ETag,ObjectSize"))).Ok();

        Assert.Equal("GetObjectAttributesResponse", answer.Xml.Name.LocalName.Replace("Output", "Response", StringComparison.Ordinal));
        Assert.Equal(
            (put.ETag.Trim('"'), "4", null, null),
            (answer.One("ETag"), answer.One("ObjectSize"), answer.One("StorageClass"), answer.One("ObjectParts")));
        Assert.NotNull(answer["Last-Modified"]);
        Assert.Contains((await _s3.GetAsync($"{at}?attributes")).Is(400).One("Code"), new[] { "InvalidRequest", "InvalidArgument" });
        (await _s3.GetAsync($"{at}?attributes", ("x-amz-object-attributes", "Colour"))).Refused(400, "InvalidArgument");
        (await _s3.GetAsync($"{at}-none?attributes", ("x-amz-object-attributes", "ETag"))).Refused(404, "NoSuchKey");
    }

    [Fact]
    public async Task Holdfast_tells_the_sha256_of_every_object()
    {
        Assert.SkipUnless(server.IsHoldfast, "Only Holdfast tells the digest of what it stores.");
        var at = $"{await _s3.BucketAsync()}/key";
        var digest = $"sha256:{Signer.HashOf(Encoding.UTF8.GetBytes("text"))}";

        Assert.Equal(digest, (await _s3.PutAsync(at, "text")).Ok()["Holdfast-Content-Digest"]);
        Assert.Equal(digest, (await _s3.GetAsync(at)).Ok()["Holdfast-Content-Digest"]);
        Assert.Equal(digest, (await _s3.HeadAsync(at)).Ok()["Holdfast-Content-Digest"]);
        var upload = await Multipart.BeginAsync(_s3, at);
        var part = (await upload.UploadAsync(1, "text"u8.ToArray())).ETag;
        (await upload.CompleteAsync((1, part))).Ok();

        Assert.Equal(digest, (await _s3.HeadAsync(at, ("Holdfast-Wait", "30"))).Ok()["Holdfast-Content-Digest"]);
    }
}
