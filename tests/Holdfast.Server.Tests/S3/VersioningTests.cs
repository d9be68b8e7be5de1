using System.Net;

namespace Holdfast.Server.Tests.S3;

public sealed class VersioningTests(S3Server server) : IClassFixture<S3Server>
{
    [Fact]
    public async Task Each_write_is_a_version_and_each_is_read_by_its_id()
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", "before")).ExpectOk();
        await server.VersioningAsync(bucket, "Enabled");
        var one = (await server.Root.PutAsync($"/{bucket}/k", "one")).VersionId!;
        var two = (await server.Root.PutAsync($"/{bucket}/k", "two")).VersionId!;

        Assert.Equal("two", (await server.Root.GetAsync($"/{bucket}/k")).Text);
        Assert.Equal("one", (await server.Root.GetAsync($"/{bucket}/k?versionId={one}")).Text);
        Assert.Equal("before", (await server.Root.GetAsync($"/{bucket}/k?versionId=null")).Text);
        Assert.Equal([two, one, "null"], (await server.Root.GetAsync($"/{bucket}?versions")).All("VersionId"));
        Assert.Equal(["true", "false", "false"], (await server.Root.GetAsync($"/{bucket}?versions")).All("IsLatest"));
        Assert.Equal("Enabled", (await server.Root.GetAsync($"/{bucket}?versioning")).All("Status")[0]);
    }

    [Fact]
    public async Task A_delete_marker_hides_and_deleting_it_restores()
    {
        var bucket = await server.BucketAsync(isVersioned: true);
        (await server.Root.PutAsync($"/{bucket}/k", "x")).ExpectOk();

        var deleted = (await server.Root.DeleteAsync($"/{bucket}/k")).Expect(HttpStatusCode.NoContent);

        Assert.Equal("true", deleted.Header("x-amz-delete-marker"));
        var absent = (await server.Root.GetAsync($"/{bucket}/k")).Expect(HttpStatusCode.NotFound, "NoSuchKey");
        Assert.Equal("true", absent.Header("x-amz-delete-marker"));
        var marker = (await server.Root.GetAsync($"/{bucket}/k?versionId={deleted.VersionId}"))
            .Expect(HttpStatusCode.MethodNotAllowed, "MethodNotAllowed");
        Assert.Equal("DELETE", marker.Header("Allow"));
        Assert.NotNull(marker.Header("Last-Modified"));
        Assert.Empty((await server.Root.GetAsync($"/{bucket}?list-type=2")).All("Key"));
        Assert.Single((await server.Root.GetAsync($"/{bucket}?versions")).All("DeleteMarker"));
        (await server.Root.DeleteAsync($"/{bucket}")).Expect(HttpStatusCode.Conflict, "BucketNotEmpty");
        var restored = await server.Root.DeleteAsync($"/{bucket}/k?versionId={deleted.VersionId}");
        Assert.Equal("true", restored.Header("x-amz-delete-marker"));
        Assert.Equal("x", (await server.Root.GetAsync($"/{bucket}/k")).Text);
    }

    [Fact]
    public async Task Suspension_replaces_only_the_version_called_null()
    {
        var bucket = await server.BucketAsync(isVersioned: true);
        var kept = (await server.Root.PutAsync($"/{bucket}/k", "kept")).VersionId!;
        await server.VersioningAsync(bucket, "Suspended");

        Assert.Equal("null", (await server.Root.PutAsync($"/{bucket}/k", "first")).VersionId);
        Assert.Equal("null", (await server.Root.PutAsync($"/{bucket}/k", "second")).VersionId);
        Assert.Equal(["null", kept], (await server.Root.GetAsync($"/{bucket}?versions")).All("VersionId"));
        Assert.Equal("null", (await server.Root.DeleteAsync($"/{bucket}/k")).VersionId);
        Assert.Equal(["null", kept], (await server.Root.GetAsync($"/{bucket}?versions")).All("VersionId"));
        (await server.Root.GetAsync($"/{bucket}/k")).Expect(HttpStatusCode.NotFound);
        Assert.Equal("kept", (await server.Root.GetAsync($"/{bucket}/k?versionId={kept}")).Text);
    }

    [Fact]
    public async Task Deleting_the_newest_version_makes_the_one_before_it_current()
    {
        var bucket = await server.BucketAsync(isVersioned: true);
        var one = (await server.Root.PutAsync($"/{bucket}/k", "one")).VersionId!;
        var two = (await server.Root.PutAsync($"/{bucket}/k", "two")).VersionId!;

        (await server.Root.DeleteAsync($"/{bucket}/k?versionId={two}")).Expect(HttpStatusCode.NoContent);

        Assert.Equal("one", (await server.Root.GetAsync($"/{bucket}/k")).Text);
        Assert.Equal(["3"], (await server.Root.GetAsync($"/{bucket}?list-type=2")).All("Size"));
        (await server.Root.GetAsync($"/{bucket}/k?versionId={two}")).Expect(HttpStatusCode.NotFound, "NoSuchVersion");
        (await server.Root.DeleteAsync($"/{bucket}/k?versionId={two}")).Expect(HttpStatusCode.NoContent);
        (await server.Root.DeleteAsync($"/{bucket}/k?versionId={one}")).Expect(HttpStatusCode.NoContent);
        (await server.Root.DeleteAsync($"/{bucket}")).Expect(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Tags_and_acl_are_kept_for_each_version()
    {
        var bucket = await server.BucketAsync(isVersioned: true);
        var one = (await server.Root.PutAsync($"/{bucket}/k", "one"u8.ToArray(), ("x-amz-tagging", "n=1"))).VersionId!;
        (await server.Root.PutAsync($"/{bucket}/k", "two"u8.ToArray(), ("x-amz-tagging", "n=2"))).ExpectOk();

        (await server.Root.PutAsync(
            $"/{bucket}/k?tagging&versionId={one}",
            "<Tagging><TagSet><Tag><Key>n</Key><Value>changed</Value></Tag></TagSet></Tagging>")).ExpectOk();
        (await server.Root.PutAsync($"/{bucket}/k?acl&versionId={one}", "", ("x-amz-acl", "public-read"))).ExpectOk();

        Assert.Equal("changed", (await server.Root.GetAsync($"/{bucket}/k?tagging&versionId={one}")).All("Value")[0]);
        Assert.Equal("2", (await server.Root.GetAsync($"/{bucket}/k?tagging")).All("Value")[0]);
        Assert.Equal("one", (await server.Nobody.PlainAsync("GET", $"/{bucket}/k?versionId={one}")).ExpectOk().Text);
        (await server.Nobody.PlainAsync("GET", $"/{bucket}/k")).Expect(HttpStatusCode.Forbidden, "AccessDenied");
        (await server.Root.DeleteAsync($"/{bucket}/k?tagging&versionId={one}")).Expect(HttpStatusCode.NoContent);
        Assert.Empty((await server.Root.GetAsync($"/{bucket}/k?tagging&versionId={one}")).All("Tag"));
    }
}
