using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

public sealed class VersioningTests(ServerUnderTest server)
{
    readonly S3Wire _s3 = server.Wire;

    [Fact]
    public async Task A_bucket_says_how_it_keeps_versions()
    {
        var bucket = await _s3.BucketAsync();
        Assert.Null((await _s3.GetAsync($"{bucket}?versioning")).Ok().One("Status"));

        await _s3.SetVersioningAsync(bucket, "Enabled");
        Assert.Equal("Enabled", (await _s3.GetAsync($"{bucket}?versioning")).Ok().One("Status"));

        await _s3.SetVersioningAsync(bucket, "Suspended");
        Assert.Equal("Suspended", (await _s3.GetAsync($"{bucket}?versioning")).Ok().One("Status"));
    }

    [Theory]
    [InlineData("<VersioningConfiguration><Status>Sometimes</Status></VersioningConfiguration>", "MalformedXML")]
    [InlineData("<VersioningConfiguration/>", "MalformedXML IllegalVersioningConfigurationException")]
    [InlineData("<Versioning", "MalformedXML")]
    [InlineData(
        "<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>",
        "NotImplemented MalformedXML")]
    public async Task A_wrong_setting_is_refused(string body, string codes)
    {
        var bucket = await _s3.BucketAsync();

        var refused = await _s3.PutAsync($"{bucket}?versioning", body);

        Assert.InRange(refused.Status, 400, 501);
        Assert.Contains(refused.One("Code"), codes.Split(' '));
        Assert.Null((await _s3.GetAsync($"{bucket}?versioning")).Ok().One("Status"));
    }

    [Fact]
    public async Task Every_write_is_a_version_and_each_can_be_read()
    {
        var bucket = await _s3.VersionedBucketAsync();
        var one = (await _s3.PutAsync($"{bucket}/key", "one", ("x-amz-meta-n", "1"))).Ok().VersionId;
        var two = (await _s3.PutAsync($"{bucket}/key", "two")).Ok().VersionId;

        var current = (await _s3.GetAsync($"{bucket}/key")).Ok();
        var first = (await _s3.GetAsync($"{bucket}/key?versionId={one}")).Ok();
        var head = (await _s3.HeadAsync($"{bucket}/key?versionId={one}")).Ok();

        Assert.NotEqual(one, two);
        Assert.Equal(("two", two), (current.Text, current.VersionId));
        Assert.Equal(("one", one, "1"), (first.Text, first.VersionId, first["x-amz-meta-n"]));
        Assert.Equal((one, "1"), (head.VersionId, head["x-amz-meta-n"]));
    }

    [Fact]
    public async Task A_deletion_hides_and_the_removal_of_its_marker_restores()
    {
        var bucket = await _s3.VersionedBucketAsync();
        var one = (await _s3.PutAsync($"{bucket}/key", "one")).VersionId;

        var gone = (await _s3.DeleteAsync($"{bucket}/key")).Is(204);
        var missing = (await _s3.GetAsync($"{bucket}/key")).Refused(404, "NoSuchKey");
        var head = (await _s3.HeadAsync($"{bucket}/key")).Is(404);
        var marker = (await _s3.GetAsync($"{bucket}/key?versionId={gone.VersionId}")).Refused(405, "MethodNotAllowed");
        var removed = (await _s3.DeleteAsync($"{bucket}/key?versionId={gone.VersionId}")).Is(204);

        Assert.Equal(("true", "true", "true"), (gone["x-amz-delete-marker"], missing["x-amz-delete-marker"], head["x-amz-delete-marker"]));
        Assert.Equal(("true", "DELETE", gone.VersionId), (marker["x-amz-delete-marker"], marker["Allow"], missing.VersionId));
        Assert.NotNull(marker["Last-Modified"]);
        Assert.Equal(("true", gone.VersionId), (removed["x-amz-delete-marker"], removed.VersionId));
        Assert.Equal(one, (await _s3.GetAsync($"{bucket}/key")).Ok().VersionId);
    }

    [Fact]
    public async Task A_version_is_deleted_for_good_and_the_one_before_becomes_current()
    {
        var bucket = await _s3.VersionedBucketAsync();
        var one = (await _s3.PutAsync($"{bucket}/key", "one")).VersionId;
        var two = (await _s3.PutAsync($"{bucket}/key", "two")).VersionId;

        var removed = (await _s3.DeleteAsync($"{bucket}/key?versionId={two}")).Is(204);

        Assert.Equal((two, null), (removed.VersionId, removed["x-amz-delete-marker"]));
        Assert.Equal(one, (await _s3.GetAsync($"{bucket}/key")).Ok().VersionId);
        (await _s3.GetAsync($"{bucket}/key?versionId={two}")).Refused(404, "NoSuchVersion");
        (await _s3.DeleteAsync($"{bucket}/key?versionId={two}")).Is(204);
    }

    [Fact]
    public async Task What_was_there_before_is_the_version_null()
    {
        var bucket = await _s3.BucketAsync();
        await _s3.PutAsync($"{bucket}/key", "before");
        await _s3.SetVersioningAsync(bucket, "Enabled");
        await _s3.PutAsync($"{bucket}/key", "after");

        Assert.Equal("before", (await _s3.GetAsync($"{bucket}/key?versionId=null")).Ok().Text);
        Assert.Contains("null", (await _s3.GetAsync($"{bucket}?versions")).Ok().All("Version/VersionId"));
        (await _s3.DeleteAsync($"{bucket}/key?versionId=null")).Is(204);
        (await _s3.GetAsync($"{bucket}/key?versionId=null")).Refused(404, "NoSuchVersion");
        Assert.Equal("after", (await _s3.GetAsync($"{bucket}/key")).Ok().Text);
    }

    [Fact]
    public async Task While_suspended_only_the_version_null_is_written()
    {
        var bucket = await _s3.VersionedBucketAsync();
        var kept = (await _s3.PutAsync($"{bucket}/key", "kept")).VersionId;
        await _s3.SetVersioningAsync(bucket, "Suspended");

        var first = (await _s3.PutAsync($"{bucket}/key", "null one")).Ok();
        await _s3.PutAsync($"{bucket}/key", "null two");
        var versions = (await _s3.GetAsync($"{bucket}?versions")).Ok();

        Assert.Contains(first["x-amz-version-id"], new[] { null, "null" });
        Assert.Equal(["null", kept], versions.All("Version/VersionId"));
        Assert.Equal("null two", (await _s3.GetAsync($"{bucket}/key?versionId=null")).Ok().Text);
        var gone = (await _s3.DeleteAsync($"{bucket}/key")).Is(204);
        Assert.Equal(("true", "null"), (gone["x-amz-delete-marker"], gone.VersionId));
        (await _s3.GetAsync($"{bucket}/key")).Refused(404, "NoSuchKey");
        versions = (await _s3.GetAsync($"{bucket}?versions")).Ok();
        Assert.Equal(["null"], versions.All("DeleteMarker/VersionId"));
        Assert.Equal([kept], versions.All("Version/VersionId"));
        Assert.Equal("kept", (await _s3.GetAsync($"{bucket}/key?versionId={kept}")).Ok().Text);
    }

    [Theory]
    [InlineData("GET", "not-a-version!", 400, "InvalidArgument")]
    [InlineData("HEAD", "not-a-version!", 400, "InvalidArgument")]
    [InlineData("DELETE", "not-a-version!", 400, "InvalidArgument")]
    [InlineData("GET", "", 400, "InvalidArgument")]
    [InlineData("GET", "null", 404, "NoSuchVersion")]
    public async Task A_version_that_cannot_be_is_refused(string method, string version, int status, string code)
    {
        var bucket = await _s3.VersionedBucketAsync();
        await _s3.PutAsync($"{bucket}/key", "one");

        var answer = (await _s3.SendAsync(new(method, $"{bucket}/key?versionId={Keys.InQuery(version)}") { By = _s3.Me })).Is(status);

        if (method != "HEAD")
            answer.Refused(status, code);
    }

    [Fact]
    public async Task Without_versioning_no_version_is_named()
    {
        var bucket = await _s3.BucketAsync();

        Assert.Null((await _s3.PutAsync($"{bucket}/key", "one")).Ok()["x-amz-version-id"]);
        Assert.Null((await _s3.DeleteAsync($"{bucket}/key")).Is(204)["x-amz-delete-marker"]);
        (await _s3.HeadAsync($"{bucket}/key")).Is(404);
    }

    [Fact]
    public async Task Tags_and_multipart_objects_belong_to_their_version()
    {
        var bucket = await _s3.VersionedBucketAsync();
        var upload = await Multipart.BeginAsync(_s3, $"{bucket}/key", ("x-amz-tagging", "n=1"));
        var etag = (await upload.UploadAsync(1, [1])).ETag;
        var one = (await upload.CompleteAsync((1, etag))).Ok().VersionId;
        await _s3.PutAsync($"{bucket}/key", "two", ("x-amz-tagging", "n=2"));

        Assert.Equal(["1"], (await _s3.GetAsync($"{bucket}/key?tagging&versionId={one}")).Ok().All("TagSet/Tag/Value"));
        Assert.Equal(["2"], (await _s3.GetAsync($"{bucket}/key?tagging")).Ok().All("TagSet/Tag/Value"));
        (await _s3.DeleteAsync($"{bucket}/key?tagging&versionId={one}")).Is(204);
        Assert.Empty((await _s3.GetAsync($"{bucket}/key?tagging&versionId={one}")).Ok().All("TagSet/Tag/Value"));
        Assert.Equal([1], (await _s3.GetAsync($"{bucket}/key?versionId={one}")).Ok().Body);
    }
}
