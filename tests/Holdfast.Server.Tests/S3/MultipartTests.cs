using System.Net;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Protocol;
using Holdfast.TestKit.Blobs;

namespace Holdfast.Server.Tests.S3;

public sealed class MultipartTests(S3Server server) : IClassFixture<S3Server>
{
    const int MinPart = 5 << 20;

    [Fact]
    public async Task Parts_become_one_object_with_the_metadata_of_the_start()
    {
        var bucket = await server.BucketAsync();
        var (first, second) = (TestBytes.Of(MinPart), TestBytes.Of(1000, 2));
        var id = await BeginAsync($"/{bucket}/k", ("x-amz-meta-m", "1"), ("x-amz-tagging", "a=b"));
        var etags = new[] { await PartAsync($"/{bucket}/k", id, 2, first), await PartAsync($"/{bucket}/k", id, 7, second) };
        var hashes = MD5.HashData([.. MD5.HashData(first), .. MD5.HashData(second)]);

        var completed = await CompleteAsync($"/{bucket}/k", id, (2, etags[0]), (7, etags[1]));

        completed.ExpectOk();
        Assert.Equal($"\"{Convert.ToHexStringLower(hashes)}-2\"", completed.All("ETag")[0]);
        var got = await server.Root.GetAsync($"/{bucket}/k");
        Assert.Equal((byte[])[.. first, .. second], got.Body);
        Assert.Equal("1", got.Header("x-amz-meta-m"));
        Assert.Equal("1", got.Header("x-amz-tagging-count"));
        var across = await server.Root.GetAsync($"/{bucket}/k", ("Range", $"bytes={MinPart - 3}-{MinPart + 2}"));
        Assert.Equal((byte[])[.. first[^3..], .. second[..3]], across.Body);
        var part = (await server.Root.GetAsync($"/{bucket}/k?partNumber=7")).Expect(HttpStatusCode.PartialContent);
        Assert.Equal(second, part.Body);
        Assert.Equal("2", part.Header("x-amz-mp-parts-count"));
        (await server.Root.GetAsync($"/{bucket}/k?partNumber=3")).Expect((HttpStatusCode)416, "InvalidPartNumber");
        (await server.Root.GetAsync($"/{bucket}/k?partNumber=2", ("Range", "bytes=0-1")))
            .Expect(HttpStatusCode.BadRequest, "InvalidRequest");
    }

    [Fact]
    public async Task The_digest_of_a_composite_can_be_waited_for()
    {
        var bucket = await server.BucketAsync();
        var (first, second) = (TestBytes.Of(MinPart), TestBytes.Of(77, 2));
        var id = await BeginAsync($"/{bucket}/k");
        var parts = new[] { (1, await PartAsync($"/{bucket}/k", id, 1, first)), (2, await PartAsync($"/{bucket}/k", id, 2, second)) };
        (await CompleteAsync($"/{bucket}/k", id, parts)).ExpectOk();

        var head = (await server.Root.HeadAsync($"/{bucket}/k", ("Holdfast-Wait", "60"))).ExpectOk();
        (await server.Root.HeadAsync($"/{bucket}/k", ("Holdfast-Wait", "61"))).Expect(HttpStatusCode.BadRequest);

        Assert.Equal(Digest.Of([.. first, .. second]).ToString(), head.Header("Holdfast-Content-Digest"));
        Assert.Null(head.Header("Holdfast-Digest-State"));
    }

    [Fact]
    public async Task Completing_twice_answers_the_same_and_changes_nothing()
    {
        var bucket = await server.BucketAsync(isVersioned: true);
        var id = await BeginAsync($"/{bucket}/k");
        var etag = await PartAsync($"/{bucket}/k", id, 1, "only"u8.ToArray());
        var first = (await CompleteAsync($"/{bucket}/k", id, (1, etag))).ExpectOk();

        var second = (await CompleteAsync($"/{bucket}/k", id, (1, etag))).ExpectOk();

        Assert.Equal(first.VersionId, second.VersionId);
        Assert.Equal(first.All("ETag"), second.All("ETag"));
        Assert.Single((await server.Root.GetAsync($"/{bucket}?versions")).All("VersionId"));
        (await server.Root.SendAsync("PUT", $"/{bucket}/k?partNumber=2&uploadId={id}", [1], Framing.Hex, []))
            .Expect(HttpStatusCode.NotFound, "NoSuchUpload");
    }

    [Fact]
    public async Task A_wrong_completion_is_refused_and_the_upload_goes_on()
    {
        var bucket = await server.BucketAsync();
        var target = $"/{bucket}/k";
        var id = await BeginAsync(target);
        var small = await PartAsync(target, id, 1, TestBytes.Of(10));
        var last = await PartAsync(target, id, 2, TestBytes.Of(20));

        (await CompleteAsync(target, id)).Expect(HttpStatusCode.BadRequest, "MalformedXML");
        (await CompleteAsync(target, id, (2, last), (1, small))).Expect(HttpStatusCode.BadRequest, "InvalidPartOrder");
        (await CompleteAsync(target, id, (1, last))).Expect(HttpStatusCode.BadRequest, "InvalidPart");
        (await CompleteAsync(target, id, (9, last))).Expect(HttpStatusCode.BadRequest, "InvalidPart");
        (await CompleteAsync(target, id, (1, small), (2, last))).Expect(HttpStatusCode.BadRequest, "EntityTooSmall");
        (await server.Root.PostAsync($"{target}?uploadId={id}", Document((2, last)), ("x-amz-mp-object-size", "21")))
            .Expect(HttpStatusCode.BadRequest);
        (await server.Root.PostAsync($"{target}?uploadId={id}", Document((2, last)), ("x-amz-mp-object-size", "x")))
            .Expect(HttpStatusCode.BadRequest, "InvalidRequest");
        (await server.Root.PostAsync($"{target}?uploadId={id}", "<not xml")).Expect(HttpStatusCode.BadRequest, "MalformedXML");
        (await server.Root.PostAsync($"{target}?uploadId={id}", Document((2, last)), ("If-Match", "\"x\"")))
            .Expect(HttpStatusCode.NotFound, "NoSuchKey");
        (await server.Root.GetAsync(target)).Expect(HttpStatusCode.NotFound);
        (await CompleteAsync(target, id, (2, last))).ExpectOk();
    }

    [Fact]
    public async Task A_condition_is_judged_when_the_upload_completes()
    {
        var bucket = await server.BucketAsync();
        var id = await BeginAsync($"/{bucket}/k");
        var etag = await PartAsync($"/{bucket}/k", id, 1, "part"u8.ToArray());
        (await server.Root.PutAsync($"/{bucket}/k", "first")).ExpectOk();

        var completed = await server.Root.PostAsync($"/{bucket}/k?uploadId={id}", Document((1, etag)), ("If-None-Match", "*"));

        completed.Expect(HttpStatusCode.PreconditionFailed);
        Assert.Equal("first", (await server.Root.GetAsync($"/{bucket}/k")).Text);
    }

    [Fact]
    public async Task A_part_sent_again_replaces_the_first_and_parts_are_paged()
    {
        var bucket = await server.BucketAsync();
        var target = $"/{bucket}/k";
        var id = await BeginAsync(target);
        var old = await PartAsync(target, id, 1, "old"u8.ToArray());
        await PartAsync(target, id, 1, "new!"u8.ToArray());
        for (var number = 2; number <= 5; number++)
            await PartAsync(target, id, number, [(byte)number]);

        var page = (await server.Root.GetAsync($"{target}?uploadId={id}&max-parts=2&part-number-marker=1&encoding-type=url")).ExpectOk();
        var all = (await server.Root.GetAsync($"{target}?uploadId={id}")).ExpectOk();

        Assert.Equal(["2", "3"], page.All("PartNumber"));
        Assert.Equal("3", page.All("NextPartNumberMarker")[0]);
        Assert.Equal("true", page.All("IsTruncated")[0]);
        Assert.Equal(["4", "1", "1", "1", "1"], all.All("Size"));
        (await CompleteAsync(target, id, (1, old))).Expect(HttpStatusCode.BadRequest, "InvalidPart");
    }

    [Fact]
    public async Task An_aborted_upload_is_gone()
    {
        var bucket = await server.BucketAsync();
        var target = $"/{bucket}/k";
        var id = await BeginAsync(target);
        var etag = await PartAsync(target, id, 1, TestBytes.Of(40_000));

        (await server.Root.DeleteAsync($"{target}?uploadId={id}")).Expect(HttpStatusCode.NoContent);

        (await server.Root.DeleteAsync($"{target}?uploadId={id}")).Expect(HttpStatusCode.NotFound, "NoSuchUpload");
        (await server.Root.GetAsync($"{target}?uploadId={id}")).Expect(HttpStatusCode.NotFound, "NoSuchUpload");
        (await CompleteAsync(target, id, (1, etag))).Expect(HttpStatusCode.NotFound, "NoSuchUpload");
        (await server.Root.PutAsync($"{target}?partNumber=1&uploadId={id}", "x")).Expect(HttpStatusCode.NotFound, "NoSuchUpload");
        (await server.Root.DeleteAsync($"/{bucket}")).Expect(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("CRC32", "COMPOSITE")]
    [InlineData("CRC32", "FULL_OBJECT")]
    [InlineData("CRC32C", "COMPOSITE")]
    [InlineData("CRC32C", "FULL_OBJECT")]
    [InlineData("CRC64NVME", "FULL_OBJECT")]
    [InlineData("SHA1", "COMPOSITE")]
    [InlineData("SHA256", "COMPOSITE")]
    public async Task A_checksum_is_kept_as_its_type_says(string algorithm, string type)
    {
        var bucket = await server.BucketAsync();
        var target = $"/{bucket}/k";
        var whole = TestBytes.Of(MinPart + 100, 5);
        var (first, second) = (whole[..MinPart], whole[MinPart..]);
        var id = await BeginAsync(target, ("x-amz-checksum-algorithm", algorithm), ("x-amz-checksum-type", type));
        var parts = new StringBuilder("<CompleteMultipartUpload>");
        foreach (var (number, content) in ((int, byte[])[])[(1, first), (2, second)])
        {
            var sum = Checksums.Of(algorithm, content);
            var part = (await server.Root.PutAsync(
                $"{target}?partNumber={number}&uploadId={id}", content, ($"x-amz-checksum-{algorithm}", sum))).ExpectOk();
            parts.Append(
                $"<Part><PartNumber>{number}</PartNumber><ETag>{part.ETag}</ETag><Checksum{algorithm}>{sum}</Checksum{algorithm}></Part>");
        }

        var listed = (await server.Root.GetAsync($"{target}?uploadId={id}")).All("Checksum" + algorithm);

        (await server.Root.PostAsync($"{target}?uploadId={id}", parts.Append("</CompleteMultipartUpload>").ToString())).ExpectOk();

        var head = await server.Root.HeadAsync(target, ("x-amz-checksum-mode", "ENABLED"));
        Assert.Equal(type, head.Header("x-amz-checksum-type"));
        var expected = type == "FULL_OBJECT"
            ? Checksums.Of(algorithm, whole)
            : Checksums.Of(algorithm, [.. Convert.FromBase64String(listed[0]), .. Convert.FromBase64String(listed[1])]) + "-2";
        Assert.Equal(expected, head.Header("x-amz-checksum-" + algorithm));
        Assert.Equal([Checksums.Of(algorithm, first), Checksums.Of(algorithm, second)], listed);
        var attributes = await server.Root.GetAsync(
            $"{target}?attributes",
            ("x-amz-object-attributes", "ETag,Checksum,ObjectParts,StorageClass,ObjectSize"),
            ("x-amz-max-parts", "1"));
        Assert.Equal("2", attributes.ExpectOk().All("PartsCount")[0]);
        Assert.Equal("true", attributes.All("IsTruncated")[0]);
        Assert.Equal(["1"], attributes.All("PartNumber"));
        Assert.Equal($"{whole.Length}", attributes.All("ObjectSize")[0]);
    }

    [Theory]
    [InlineData("CRC64NVME", "COMPOSITE")]
    [InlineData("SHA256", "FULL_OBJECT")]
    [InlineData("CRC1", "COMPOSITE")]
    public async Task A_checksum_type_that_cannot_be_is_refused(string algorithm, string type)
    {
        var bucket = await server.BucketAsync();

        var begun = await server.Root.PostAsync(
            $"/{bucket}/k?uploads", "", ("x-amz-checksum-algorithm", algorithm), ("x-amz-checksum-type", type));

        Assert.Equal(HttpStatusCode.BadRequest, begun.Status);
    }

    [Fact]
    public async Task Parts_are_copied_by_link_or_by_bytes_with_the_same_outcome()
    {
        var bucket = await server.BucketAsync();
        var (first, second) = (TestBytes.Of(MinPart, 8), TestBytes.Of(30_000, 9));
        (await server.Root.PutAsync($"/{bucket}/plain", first)).ExpectOk();
        var id = await BeginAsync($"/{bucket}/multi");
        var parts = new[]
        {
            (1, await PartAsync($"/{bucket}/multi", id, 1, first)), (2, await PartAsync($"/{bucket}/multi", id, 2, second)),
        };
        (await CompleteAsync($"/{bucket}/multi", id, parts)).ExpectOk();
        var target = $"/{bucket}/copy";
        var upload = await BeginAsync(target);

        var etags = new[]
        {
            await CopyPartAsync(target, upload, 1, $"{bucket}/plain"),
            await CopyPartAsync(target, upload, 2, $"{bucket}/multi"),
            await CopyPartAsync(target, upload, 3, $"{bucket}/multi", $"bytes=0-{MinPart - 1}"),
            await CopyPartAsync(target, upload, 4, $"{bucket}/multi", $"bytes=10-{MinPart + 99}"),
            await CopyPartAsync(target, upload, 5, $"{bucket}/plain", "bytes=5-8"),
        };

        (await CompleteAsync(target, upload, [.. etags.Select((etag, at) => (at + 1, etag))])).ExpectOk();
        byte[] multi = [.. first, .. second];
        Assert.Equal(
            (byte[])[.. first, .. multi, .. first, .. multi[10..(MinPart + 100)], .. first[5..9]],
            (await server.Root.GetAsync(target)).Body);
    }

    [Fact]
    public async Task Copies_of_multipart_objects_move_no_bytes_until_half_of_an_objects_blobs_are_theirs()
    {
        var bucket = await server.BucketAsync();
        byte[][] contents = [TestBytes.Of(MinPart, 10), "end"u8.ToArray()];
        var id = await BeginAsync($"/{bucket}/two");
        var (one, two) = (await PartAsync($"/{bucket}/two", id, 1, contents[0]), await PartAsync($"/{bucket}/two", id, 2, contents[1]));
        (await CompleteAsync($"/{bucket}/two", id, (1, one), (2, two))).ExpectOk();
        id = await BeginAsync($"/{bucket}/hundred");
        var parts = new List<(int, string)>();
        for (var number = 1; number <= 50; number++)
            parts.Add((number, await CopyPartAsync($"/{bucket}/hundred", id, number, $"{bucket}/two")));
        (await CompleteAsync($"/{bucket}/hundred", id, [.. parts])).ExpectOk();
        id = await BeginAsync($"/{bucket}/many");
        var linked = await CopyPartAsync($"/{bucket}/many", id, 1, $"{bucket}/hundred");
        for (var number = 2; number <= 50; number++)
            Assert.Equal(linked, await CopyPartAsync($"/{bucket}/many", id, number, $"{bucket}/hundred"));

        var copied = await CopyPartAsync($"/{bucket}/many", id, 51, $"{bucket}/hundred");

        // A link has the ETag of the object's parts; a copy of the bytes has their MD5.
        var bytes = Enumerable.Repeat((byte[])[.. contents[0], .. contents[1]], 50);
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        foreach (var stretch in bytes)
            md5.AppendData(stretch);
        Assert.Equal($"\"{Convert.ToHexStringLower(md5.GetHashAndReset())}\"", copied);
        Assert.NotEqual(linked, copied);
        (await server.Root.DeleteAsync($"/{bucket}/many?uploadId={id}")).Expect(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("bytes=0-10", 416, "InvalidRange")]
    [InlineData("bytes=10-10", 416, "InvalidRange")]
    [InlineData("bytes=5-", 400, "InvalidArgument")]
    [InlineData("bytes=-5", 400, "InvalidArgument")]
    [InlineData("5-6", 400, "InvalidArgument")]
    [InlineData("bytes=6-5", 400, "InvalidArgument")]
    public async Task A_copy_range_outside_the_source_is_refused(string range, int status, string code)
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/s", "0123456789")).ExpectOk();
        var id = await BeginAsync($"/{bucket}/k");

        var copied = await server.Root.PutAsync(
            $"/{bucket}/k?partNumber=1&uploadId={id}", "", ("x-amz-copy-source", $"{bucket}/s"), ("x-amz-copy-source-range", range));

        copied.Expect((HttpStatusCode)status, code);
    }

    [Fact]
    public async Task Copied_parts_have_the_checksum_of_their_upload()
    {
        var bucket = await server.BucketAsync();
        var content = TestBytes.Of(40_000, 3);
        (await server.Root.PutAsync($"/{bucket}/with", content, ("x-amz-checksum-crc32", Checksums.Of("CRC32", content)))).ExpectOk();
        (await server.Root.PutAsync($"/{bucket}/without", content)).ExpectOk();
        var id = await BeginAsync($"/{bucket}/k", ("x-amz-checksum-algorithm", "CRC32"));

        foreach (var source in (string[])["with", "without"])
        {
            var copied = (await server.Root.PutAsync(
                $"/{bucket}/k?partNumber=1&uploadId={id}", "", ("x-amz-copy-source", $"{bucket}/{source}"))).ExpectOk();
            Assert.Equal(Checksums.Of("CRC32", content), copied.All("ChecksumCRC32")[0]);
        }
    }

    [Fact]
    public async Task A_part_with_another_checksum_than_announced_is_refused()
    {
        var bucket = await server.BucketAsync();
        var id = await BeginAsync($"/{bucket}/k", ("x-amz-checksum-algorithm", "CRC32"));
        var target = $"/{bucket}/k?partNumber=1&uploadId={id}";

        (await server.Root.PutAsync(target, "x"u8.ToArray(), ("x-amz-checksum-sha1", Checksums.Of("SHA1", "x"u8))))
            .Expect(HttpStatusCode.BadRequest, "InvalidRequest");
        (await server.Root.PutAsync(target, "x"u8.ToArray(), ("x-amz-checksum-crc32", "AAAAAA==")))
            .Expect(HttpStatusCode.BadRequest, "BadDigest");
        (await server.Root.PutAsync(target, "x"u8.ToArray(), ("x-amz-checksum-crc32", Checksums.Of("CRC32", "x"u8)))).ExpectOk();
    }

    async Task<string> BeginAsync(string target, params (string Name, string Value)[] headers) =>
        (await server.Root.PostAsync(target + "?uploads", "", headers)).ExpectOk().All("UploadId")[0];

    async Task<string> PartAsync(string target, string id, int number, byte[] content) =>
        (await server.Root.PutAsync($"{target}?partNumber={number}&uploadId={id}", content)).ExpectOk().ETag;

    async Task<string> CopyPartAsync(string target, string id, int number, string source, string? range = null)
    {
        (string, string)[] headers = range is null
            ? [("x-amz-copy-source", source)]
            : [("x-amz-copy-source", source), ("x-amz-copy-source-range", range)];
        return (await server.Root.PutAsync($"{target}?partNumber={number}&uploadId={id}", "", headers)).ExpectOk().All("ETag")[0];
    }

    Task<S3Reply> CompleteAsync(string target, string id, params (int Number, string ETag)[] parts) =>
        server.Root.PostAsync($"{target}?uploadId={id}", Document(parts));

    static string Document(params (int Number, string ETag)[] parts)
    {
        var text = new StringBuilder("<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        foreach (var (number, etag) in parts)
            text.Append("<Part><PartNumber>").Append(number).Append("</PartNumber><ETag>")
                .Append(etag.Replace("\"", "&quot;", StringComparison.Ordinal)).Append("</ETag></Part>");
        return text.Append("</CompleteMultipartUpload>").ToString();
    }
}
