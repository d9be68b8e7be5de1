using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

public sealed class MultipartTests(ServerUnderTest server)
{
    readonly S3Wire _s3 = server.Wire;

    [Fact]
    public async Task Parts_sent_in_any_order_with_gaps_become_one_object_with_what_was_said_at_the_start()
    {
        var (target, first, last) = ($"{await _s3.BucketAsync()}/key", Keys.Random(Multipart.MinPart), Keys.Random(1000));
        var upload = await Multipart.BeginAsync(
            _s3, target, ("x-amz-meta-a", "b"), ("Content-Type", "text/x-test"), ("x-amz-tagging", "t=v"));

        var nine = (await upload.UploadAsync(9, last)).Ok().ETag;
        var unused = (await upload.UploadAsync(5, last)).Ok().ETag;
        var two = (await upload.UploadAsync(2, first)).Ok().ETag;
        (await _s3.HeadAsync(target)).Is(404);
        var done = (await upload.CompleteAsync((2, two.Trim('"')), (9, nine))).Ok();
        var got = (await _s3.GetAsync(target)).Ok();

        Assert.Equal([.. first, .. last], got.Body);
        Assert.Equal(unused, nine);
        Assert.Equal(Sums.PartsETag(first, last), got.ETag);
        Assert.Equal(
            (got.ETag, target[1..].Replace("/key", "", StringComparison.Ordinal), "key"),
            (done.One("ETag"), done.One("Bucket"), done.One("Key")));
        Assert.EndsWith(target, done.One("Location"), StringComparison.Ordinal);
        Assert.Equal(("b", "text/x-test", "1"), (got["x-amz-meta-a"], got["Content-Type"], got["x-amz-tagging-count"]));
    }

    [Fact]
    public async Task A_part_is_read_by_its_number()
    {
        var (target, first, last) = ($"{await _s3.BucketAsync()}/key", Keys.Random(Multipart.MinPart), Keys.Random(1000));
        var upload = await Multipart.BeginAsync(_s3, target);
        var (one, two) = ((await upload.UploadAsync(1, first)).ETag, (await upload.UploadAsync(2, last)).ETag);
        (await upload.CompleteAsync((1, one), (2, two))).Ok();

        var part = (await _s3.GetAsync($"{target}?partNumber=2")).Is(206);
        var head = (await _s3.HeadAsync($"{target}?partNumber=1")).Is(206);

        Assert.Equal(last, part.Body);
        Assert.Equal((Sums.PartsETag(first, last), "2"), (part.ETag, part["x-amz-mp-parts-count"]));
        Assert.Equal($"bytes {first.Length}-{first.Length + 999}/{first.Length + 1000}", part["Content-Range"]);
        Assert.Equal($"{first.Length}", head["Content-Length"]);
        (await _s3.GetAsync($"{target}?partNumber=3")).Refused(416, "InvalidPartNumber");
        Assert.Null((await _s3.GetAsync($"{target}?partNumber=2", ("x-amz-checksum-mode", "ENABLED"))).Is(206)["x-amz-checksum-crc32"]);
        Assert.Null((await _s3.GetAsync(target)).Ok()["x-amz-mp-parts-count"]);
    }

    [Fact]
    public async Task A_completion_sent_again_succeeds_again()
    {
        var upload = await Multipart.BeginAsync(_s3, $"{await _s3.BucketAsync()}/key");
        var part = (1, (await upload.UploadAsync(1, [1, 2, 3])).ETag);

        var first = (await upload.CompleteAsync(part)).Ok();
        var second = (await upload.CompleteAsync(part)).Ok();

        Assert.Equal(first.One("ETag"), second.One("ETag"));
        (await upload.UploadAsync(2, [4])).Refused(404, "NoSuchUpload");
        (await upload.AbortAsync()).Refused(404, "NoSuchUpload");
    }

    [Fact]
    public async Task A_part_sent_again_replaces_the_first()
    {
        var upload = await Multipart.BeginAsync(_s3, $"{await _s3.BucketAsync()}/key");
        var old = (await upload.UploadAsync(1, [1])).ETag;
        var current = (await upload.UploadAsync(1, [2, 2])).ETag;

        (await upload.CompleteAsync((1, old))).Refused(400, "InvalidPart");
        (await upload.CompleteAsync((1, current))).Ok();

        Assert.Equal([2, 2], (await _s3.GetAsync(upload.Target)).Ok().Body);
    }

    [Theory]
    [InlineData("order", "InvalidPartOrder")]
    [InlineData("twice", "InvalidPartOrder")]
    [InlineData("missing", "InvalidPart")]
    [InlineData("etag", "InvalidPart")]
    [InlineData("small", "EntityTooSmall")]
    [InlineData("none", "MalformedXML")]
    [InlineData("number", "MalformedXML")]
    [InlineData("garbage", "MalformedXML")]
    public async Task A_wrong_completion_is_refused_and_can_be_mended(string wrong, string code)
    {
        var upload = await Multipart.BeginAsync(_s3, $"{await _s3.BucketAsync()}/key");
        var one = (await upload.UploadAsync(1, [1])).ETag;
        var two = (await upload.UploadAsync(2, [2])).ETag;

        var refused = wrong switch
        {
            "order" => await upload.CompleteAsync((2, two), (1, one)),
            "twice" => await upload.CompleteAsync((1, one), (1, one)),
            "missing" => await upload.CompleteAsync((7, two)),
            "etag" => await upload.CompleteAsync((1, two)),
            "small" => await upload.CompleteAsync((1, one), (2, two)),
            "none" => await upload.CompleteAsync(),
            "number" => await upload.CompleteAsync($"<Part><PartNumber>one</PartNumber><ETag>{one}</ETag></Part>"),
            _ => await upload.CompleteAsync("<Part><"),
        };

        refused.Refused(400, code);
        (await upload.CompleteAsync((2, two))).Ok();
        Assert.Equal([2], (await _s3.GetAsync(upload.Target)).Ok().Body);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("10001")]
    [InlineData("x")]
    [InlineData("")]
    public async Task A_part_number_is_1_to_10000(string number)
    {
        var upload = await Multipart.BeginAsync(_s3, $"{await _s3.BucketAsync()}/key");

        (await _s3.PutAsync($"{upload.Target}?partNumber={number}&uploadId={upload.Id}", "x")).Refused(400, "InvalidArgument");
        (await upload.UploadAsync(10_000, [1])).Ok();
    }

    [Fact]
    public async Task An_upload_that_is_not_there_is_refused_everywhere()
    {
        var bucket = await _s3.BucketAsync();
        var upload = await Multipart.BeginAsync(_s3, $"{bucket}/key");
        var etag = (await upload.UploadAsync(1, [1])).ETag;

        (await upload.AbortAsync()).Is(204);

        (await upload.AbortAsync()).Refused(404, "NoSuchUpload");
        (await upload.UploadAsync(1, [1])).Refused(404, "NoSuchUpload");
        (await upload.ListAsync()).Refused(404, "NoSuchUpload");
        (await upload.CompleteAsync((1, etag))).Refused(404, "NoSuchUpload");
        (await upload.CopyAsync(1, $"{bucket}/key")).Is(404);
        (await _s3.PutAsync($"{bucket}/key?partNumber=1&uploadId=made-up", "x")).Refused(404, "NoSuchUpload");
        (await _s3.HeadAsync($"{bucket}/key")).Is(404);
    }

    [Fact]
    public async Task An_upload_of_another_key_is_not_this_ones()
    {
        var bucket = await _s3.BucketAsync();
        var upload = await Multipart.BeginAsync(_s3, $"{bucket}/key");

        (await _s3.PutAsync($"{bucket}/other?partNumber=1&uploadId={upload.Id}", "x")).Refused(404, "NoSuchUpload");
        (await _s3.DeleteAsync($"{bucket}/other?uploadId={upload.Id}")).Refused(404, "NoSuchUpload");
    }

    [Fact]
    public async Task A_completion_is_conditional()
    {
        var target = $"{await _s3.BucketAsync()}/key";
        var upload = await Multipart.BeginAsync(_s3, target);
        var etag = (await upload.UploadAsync(1, [1])).ETag;
        var parts = $"<Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part>";
        var current = (await _s3.PutAsync(target, "there")).ETag;

        (await upload.CompleteAsync(parts, ("If-None-Match", "*"))).Refused(412, "PreconditionFailed");
        (await upload.CompleteAsync(parts, ("If-Match", "\"0123456789abcdef0123456789abcdef\""))).Refused(412, "PreconditionFailed");
        (await upload.CompleteAsync(parts, ("x-amz-mp-object-size", "2"))).Refused(400, "InvalidRequest");
        Assert.Equal("there", (await _s3.GetAsync(target)).Ok().Text);
        (await upload.CompleteAsync(parts, ("If-Match", current), ("x-amz-mp-object-size", "1"))).Ok();

        Assert.Equal([1], (await _s3.GetAsync(target)).Ok().Body);
    }

    [Theory]
    [InlineData("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==", "BadDigest")]
    [InlineData("Content-MD5", "x", "InvalidDigest")]
    [InlineData("x-amz-checksum-crc32", "AAAAAA==", "BadDigest")]
    public async Task A_part_is_checked(string name, string value, string code)
    {
        var upload = await Multipart.BeginAsync(_s3, $"{await _s3.BucketAsync()}/key");

        (await upload.UploadAsync(1, [1], (name, value))).Refused(400, code);

        Assert.Empty((await upload.ListAsync()).Ok().All("Part/PartNumber"));
    }
}
