using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

public sealed class CopyTests(ServerUnderTest server)
{
    readonly S3Wire _s3 = server.Wire;

    [Theory]
    [InlineData("COPY")]
    [InlineData("REPLACE")]
    [InlineData(null)]
    public async Task Metadata_is_kept_or_replaced_whole(string? directive)
    {
        var (bucket, from) = await SourceAsync();
        (string, string)[] headers = [("x-amz-copy-source", from), ("x-amz-meta-new", "n"), ("Content-Language", "fr")];

        (await _s3.PutAsync($"{bucket}/to", "", directive is null ? headers : [.. headers, ("x-amz-metadata-directive", directive)])).Ok();
        var head = (await _s3.HeadAsync($"{bucket}/to")).Ok();

        if (directive == "REPLACE")
        {
            Assert.Equal(
                (null, "n", "fr", null), (head["x-amz-meta-old"], head["x-amz-meta-new"], head["Content-Language"], head["Cache-Control"]));
            Assert.NotEqual("text/x-old", head["Content-Type"]);
        }
        else
        {
            Assert.Equal(
                ("o", null, null, "no-store"),
                (head["x-amz-meta-old"], head["x-amz-meta-new"], head["Content-Language"], head["Cache-Control"]));
            Assert.Equal("text/x-old", head["Content-Type"]);
        }
    }

    [Theory]
    [InlineData(null, "old")]
    [InlineData("COPY", "old")]
    [InlineData("REPLACE", "new")]
    public async Task Tags_are_kept_or_replaced(string? directive, string expected)
    {
        var (bucket, from) = await SourceAsync();
        (string, string)[] headers = [("x-amz-copy-source", from), ("x-amz-tagging", "t=new")];

        (await _s3.PutAsync(
            $"{bucket}/to", "", directive is null ? headers[..1] : [.. headers, ("x-amz-tagging-directive", directive)])).Ok();

        Assert.Equal([expected], (await _s3.GetAsync($"{bucket}/to?tagging")).Ok().All("TagSet/Tag/Value"));
    }

    [Theory]
    [InlineData("x-amz-metadata-directive", "MERGE")]
    [InlineData("x-amz-tagging-directive", "MERGE")]
    [InlineData("x-amz-copy-source", "no-slash-at-all")]
    [InlineData("x-amz-copy-source", "")]
    public async Task A_wrong_directive_or_source_is_refused(string name, string value)
    {
        var (bucket, from) = await SourceAsync();

        (await _s3.PutAsync(
            $"{bucket}/to", "", name == "x-amz-copy-source" ? [(name, value)] : [("x-amz-copy-source", from), (name, value)]))
            .Refused(400, "InvalidArgument");
    }

    [Fact]
    public async Task An_answer_has_the_etag_and_the_time_and_the_copy_stands_alone()
    {
        var (bucket, from) = await SourceAsync();
        var source = (await _s3.HeadAsync(from)).Ok();

        var copy = (await _s3.PutAsync($"{bucket}/to", "", ("x-amz-copy-source", from[1..]))).Ok(); // the leading slash is optional
        await _s3.DeleteAsync(from);

        Assert.Equal(("CopyObjectResult", source.ETag), (copy.Xml.Name.LocalName, copy.One("ETag")));
        copy.AssertInstant("LastModified");
        Assert.Equal("source", (await _s3.GetAsync($"{bucket}/to")).Ok().Text);
    }

    [Fact]
    public async Task A_copy_onto_itself_must_change_something()
    {
        var (_, from) = await SourceAsync();

        (await _s3.PutAsync(from, "", ("x-amz-copy-source", from))).Refused(400, "InvalidRequest");
        (await _s3.PutAsync(from, "", ("x-amz-copy-source", from), ("x-amz-metadata-directive", "REPLACE"), ("x-amz-meta-new", "n"))).Ok();

        var got = (await _s3.GetAsync(from)).Ok();
        Assert.Equal(("source", "n", null), (got.Text, got["x-amz-meta-new"], got["x-amz-meta-old"]));
    }

    [Fact]
    public async Task A_missing_source_or_target_is_named()
    {
        var (bucket, from) = await SourceAsync();

        (await _s3.PutAsync($"{bucket}/to", "", ("x-amz-copy-source", $"{bucket}/none"))).Refused(404, "NoSuchKey");
        (await _s3.PutAsync($"{bucket}/to", "", ("x-amz-copy-source", "/no-such-bucket-here-at-all/key"))).Refused(404, "NoSuchBucket");
        (await _s3.PutAsync("/no-such-bucket-here-at-all/to", "", ("x-amz-copy-source", from))).Refused(404, "NoSuchBucket");
    }

    [Theory]
    [InlineData(200, "x-amz-copy-source-if-match", "same")]
    [InlineData(412, "x-amz-copy-source-if-match", "\"other\"")]
    [InlineData(412, "x-amz-copy-source-if-none-match", "same")]
    [InlineData(200, "x-amz-copy-source-if-none-match", "\"other\"")]
    [InlineData(412, "x-amz-copy-source-if-modified-since", "now")]
    [InlineData(200, "x-amz-copy-source-if-modified-since", "Sat, 01 Jan 2000 00:00:00 GMT")]
    [InlineData(200, "x-amz-copy-source-if-unmodified-since", "now")]
    [InlineData(412, "x-amz-copy-source-if-unmodified-since", "Sat, 01 Jan 2000 00:00:00 GMT")]
    public async Task A_source_is_copied_on_condition(int status, string name, string value)
    {
        var (bucket, from) = await SourceAsync();
        var head = (await _s3.HeadAsync(from)).Ok();
        var filled = value switch { "same" => head.ETag, "now" => head["Last-Modified"]!, _ => value };

        var answer = await _s3.PutAsync($"{bucket}/to", "", ("x-amz-copy-source", from), (name, filled));

        _ = status == 200 ? answer.Ok() : answer.Refused(412, "PreconditionFailed");
    }

    [Fact]
    public async Task A_target_is_created_only_once()
    {
        var (bucket, from) = await SourceAsync();
        (string, string)[] once = [("x-amz-copy-source", from), ("If-None-Match", "*")];

        (await _s3.PutAsync($"{bucket}/to", "", once)).Ok();
        (await _s3.PutAsync($"{bucket}/to", "", once)).Refused(412, "PreconditionFailed");
    }

    [Fact]
    public async Task A_version_is_copied_and_both_versions_are_named()
    {
        var bucket = await _s3.VersionedBucketAsync();
        var one = (await _s3.PutAsync($"{bucket}/key", "one")).VersionId;
        await _s3.PutAsync($"{bucket}/key", "two");

        var copy = (await _s3.PutAsync($"{bucket}/to", "", ("x-amz-copy-source", $"{bucket}/key?versionId={one}"))).Ok();
        var marker = (await _s3.DeleteAsync($"{bucket}/key")).VersionId;

        Assert.Equal(one, copy["x-amz-copy-source-version-id"]);
        Assert.Equal("one", (await _s3.GetAsync($"{bucket}/to?versionId={copy.VersionId}")).Ok().Text);
        (await _s3.PutAsync($"{bucket}/to", "", ("x-amz-copy-source", $"{bucket}/key"))).Refused(404, "NoSuchKey");
        (await _s3.PutAsync($"{bucket}/to", "", ("x-amz-copy-source", $"{bucket}/key?versionId={marker}"))).Refused(400, "InvalidRequest");
    }

    [Fact]
    public async Task A_source_in_anothers_bucket_is_not_copied()
    {
        Assert.SkipWhen(server.Other is null, "No second user: set HOLDFAST_TEST_OTHER_ACCESS_KEY and …_SECRET_KEY.");
        var (_, from) = await SourceAsync();
        var mine = $"/{Running.Names.Bucket()}";
        (await _s3.SendAsync(new("PUT", mine) { By = server.Other, Body = [] })).Ok();

        (await _s3.SendAsync(new("PUT", $"{mine}/stolen") { By = server.Other, Body = [], Headers = [("x-amz-copy-source", from)] }))
            .Refused(403, "AccessDenied");
    }

    async Task<(string Bucket, string From)> SourceAsync()
    {
        var bucket = await _s3.BucketAsync();
        (await _s3.PutAsync(
            $"{bucket}/source",
            "source",
            ("x-amz-meta-old", "o"),
            ("Content-Type", "text/x-old"),
            ("Cache-Control", "no-store"),
            ("x-amz-tagging", "t=old"))).Ok();
        return (bucket, $"{bucket}/source");
    }
}
