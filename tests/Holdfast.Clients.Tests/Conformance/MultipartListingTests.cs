using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

public sealed class MultipartListingTests(ServerUnderTest server)
{
    readonly S3Wire _s3 = server.Wire;

    [Fact]
    public async Task Parts_are_listed_by_number_and_paged()
    {
        var upload = await Multipart.BeginAsync(_s3, $"{await _s3.BucketAsync()}/key");
        foreach (var number in (int[])[10, 2, 9999, 1])
            (await upload.UploadAsync(number, new byte[number])).Ok();

        var all = (await upload.ListAsync()).Ok();
        var first = (await upload.ListAsync("&max-parts=2")).Ok();
        var second = (await upload.ListAsync($"&max-parts=2&part-number-marker={first.One("NextPartNumberMarker")}")).Ok();

        Assert.Equal(["1", "2", "10", "9999"], all.All("Part/PartNumber"));
        Assert.Equal(["1", "2", "10", "9999"], all.All("Part/Size"));
        Assert.Equal(
            ("key", upload.Id, "false", "STANDARD"),
            (all.One("Key"), all.One("UploadId"), all.One("IsTruncated"), all.One("StorageClass")));
        Assert.NotNull(all.One("Initiator/ID"));
        Assert.Equal(("true", "2", "2"), (first.One("IsTruncated"), first.One("NextPartNumberMarker"), first.One("MaxParts")));
        Assert.Equal(["10", "9999"], second.All("Part/PartNumber"));
        Assert.Equal(("2", "false"), (second.One("PartNumberMarker"), second.One("IsTruncated")));
    }

    [Theory]
    [InlineData("max-parts=-1")]
    [InlineData("max-parts=x")]
    [InlineData("part-number-marker=x")]
    [InlineData("encoding-type=rot13")]
    public async Task A_wrong_parameter_of_the_parts_is_refused(string query)
    {
        var upload = await Multipart.BeginAsync(_s3, $"{await _s3.BucketAsync()}/key");

        (await upload.ListAsync($"&{query}")).Refused(400, "InvalidArgument");
    }

    [Fact]
    public async Task Uploads_are_listed_by_key_and_then_by_their_beginning()
    {
        var bucket = await _s3.BucketAsync();
        var b = await Multipart.BeginAsync(_s3, $"{bucket}/b");
        var a1 = await Multipart.BeginAsync(_s3, $"{bucket}/a");
        var a2 = await Multipart.BeginAsync(_s3, $"{bucket}/a");
        var folder = await Multipart.BeginAsync(_s3, $"{bucket}/folder/x");

        var all = (await _s3.GetAsync($"{bucket}?uploads")).Ok();
        var grouped = (await _s3.GetAsync($"{bucket}?uploads&delimiter=%2F")).Ok();
        var some = (await _s3.GetAsync($"{bucket}?uploads&prefix=fol")).Ok();
        List<string> paged = [];
        var next = "";
        do
        {
            var page = (await _s3.GetAsync($"{bucket}?uploads&max-uploads=1{next}")).Ok();
            paged.Add(page.One("Upload/UploadId")!);
            next = page.One("IsTruncated") == "true"
                ? $"&key-marker={Keys.InQuery(page.One("NextKeyMarker")!)}&upload-id-marker={Keys.InQuery(page.One("NextUploadIdMarker")!)}"
                : "";
        }
        while (next.Length > 0);

        Assert.Equal([a1.Id, a2.Id, b.Id, folder.Id], all.All("Upload/UploadId"));
        Assert.Equal(["a", "a", "b", "folder/x"], all.All("Upload/Key"));
        Assert.NotNull(all.One("Upload/Initiated"));
        Assert.Equal(["folder/"], grouped.All("CommonPrefixes/Prefix"));
        Assert.Equal(3, grouped.All("Upload/Key").Length);
        Assert.Equal([folder.Id], some.All("Upload/UploadId"));
        Assert.Equal(all.All("Upload/UploadId"), paged);
    }

    [Fact]
    public async Task Unfinished_uploads_are_in_no_listing_of_objects_and_do_not_keep_a_bucket()
    {
        var bucket = await _s3.BucketAsync();
        var upload = await Multipart.BeginAsync(_s3, $"{bucket}/key");
        (await upload.UploadAsync(1, [1])).Ok();

        Assert.Empty((await _s3.GetAsync(bucket)).Ok().All("Contents/Key"));
        Assert.Empty((await _s3.GetAsync($"{bucket}?versions")).Ok().All("Version/Key"));
        (await upload.AbortAsync()).Is(204);
        (await _s3.DeleteAsync(bucket)).Is(204);
    }

    [Fact]
    public async Task Parts_are_copied_from_objects_whole_or_in_ranges()
    {
        var (bucket, source) = (await _s3.BucketAsync(), Keys.Random(Multipart.MinPart + 10));
        await _s3.PutAsync($"{bucket}/from", source);
        var upload = await Multipart.BeginAsync(_s3, $"{bucket}/to");

        var whole = (await upload.CopyAsync(1, $"{bucket}/from")).Ok();
        var range = (await upload.CopyAsync(2, $"{bucket}/from", ("x-amz-copy-source-range", "bytes=100-199"))).Ok();
        (await upload.CompleteAsync((1, whole.One("ETag")!), (2, range.One("ETag")!))).Ok();

        Assert.Equal("CopyPartResult", whole.Xml.Name.LocalName);
        var got = (await _s3.GetAsync($"{bucket}/to")).Ok();
        Assert.Equal([.. source, .. source[100..200]], got.Body);
        Assert.Equal(Sums.PartsETag(source, source[100..200]), got.ETag);
    }

    [Theory]
    [InlineData("bytes=0-10")]
    [InlineData("bytes=10-20")]
    [InlineData("bytes=5-2")]
    [InlineData("bytes=-5")]
    [InlineData("bytes=5-")]
    [InlineData("0-5")]
    public async Task A_range_to_copy_must_lie_within_the_source(string range)
    {
        var bucket = await _s3.BucketAsync();
        await _s3.PutAsync($"{bucket}/from", "0123456789");
        var upload = await Multipart.BeginAsync(_s3, $"{bucket}/to");

        var refused = await upload.CopyAsync(1, $"{bucket}/from", ("x-amz-copy-source-range", range));

        Assert.Contains(refused.Status, new[] { 400, 416 });
        Assert.Contains(refused.One("Code"), new[] { "InvalidArgument", "InvalidRange" });
        (await upload.CopyAsync(1, $"{bucket}/from", ("x-amz-copy-source-if-match", "\"other\""))).Refused(412, "PreconditionFailed");
    }
}
