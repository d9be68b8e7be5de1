using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

public sealed class VersionListingTests(ServerUnderTest server)
{
    readonly S3Wire _s3 = server.Wire;

    [Fact]
    public async Task Versions_are_listed_by_key_newest_first_with_the_markers_between()
    {
        var (bucket, written) = await FilledAsync();

        var list = (await _s3.GetAsync($"{bucket}?versions")).Ok();

        Assert.Equal(written, Entries(list));
        Assert.Equal("ListVersionsResult", list.Xml.Name.LocalName);
        var latest = list.Xml.Elements().Where(e => e.Elements().Any(child => child.Name.LocalName == "IsLatest" && child.Value == "true"));
        Assert.Equal(["a", "b/1", "b/2", "c"], latest.Select(e => e.Elements().First(child => child.Name.LocalName == "Key").Value));
        Assert.NotNull(list.One("DeleteMarker/Owner/ID"));
        Assert.Null(list.One("DeleteMarker/ETag"));
        Assert.NotNull(list.One("Version/ETag"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Pages_joined_are_the_whole_list(int size)
    {
        var (bucket, written) = await FilledAsync();

        List<string> joined = [];
        var next = "";
        do
        {
            var page = (await _s3.GetAsync($"{bucket}?versions&max-keys={size}{next}")).Ok();
            joined.AddRange(Entries(page));
            Assert.True(Entries(page).Length <= size);
            next = page.One("IsTruncated") == "true"
                ? $"&key-marker={Keys.InQuery(page.One("NextKeyMarker")!)}"
                    + $"&version-id-marker={Keys.InQuery(page.One("NextVersionIdMarker")!)}"
                : "";
        }
        while (next.Length > 0);

        Assert.Equal(written, joined);
    }

    [Fact]
    public async Task Prefix_delimiter_and_key_marker_work_as_in_other_lists()
    {
        var (bucket, written) = await FilledAsync();

        var grouped = (await _s3.GetAsync($"{bucket}?versions&delimiter=%2F")).Ok();
        var some = (await _s3.GetAsync($"{bucket}?versions&prefix=b%2F")).Ok();
        var rest = (await _s3.GetAsync($"{bucket}?versions&key-marker=b%2F1")).Ok();

        Assert.Equal(["b/"], grouped.All("CommonPrefixes/Prefix"));
        Assert.Equal(written.Where(entry => !entry.StartsWith('b')), Entries(grouped));
        Assert.Equal(written.Where(entry => entry.StartsWith('b')), Entries(some));
        Assert.Equal(written.Where(entry => string.CompareOrdinal(entry, "b/2") >= 0), Entries(rest));
    }

    [Theory]
    [InlineData("max-keys=-1")]
    [InlineData("max-keys=x")]
    [InlineData("encoding-type=rot13")]
    [InlineData("version-id-marker=abc")]
    public async Task A_wrong_parameter_is_refused(string query)
    {
        var bucket = await _s3.VersionedBucketAsync();

        (await _s3.GetAsync($"{bucket}?versions&{query}")).Refused(400, "InvalidArgument");
    }

    [Fact]
    public async Task Without_versioning_each_object_is_the_version_null()
    {
        var bucket = await _s3.BucketAsync();
        await _s3.FillAsync(bucket, "a", "b");

        var list = (await _s3.GetAsync($"{bucket}?versions")).Ok();

        Assert.Equal(["null", "null"], list.All("Version/VersionId"));
        Assert.Equal(["true", "true"], list.All("Version/IsLatest"));
    }

    [Fact]
    public async Task What_is_hidden_by_a_marker_is_in_no_plain_list()
    {
        var (bucket, _) = await FilledAsync();

        Assert.Equal(["a", "b/2"], (await _s3.GetAsync($"{bucket}?list-type=2")).Ok().All("Contents/Key"));
    }

    /// <summary>Four keys, two of them deleted at last; answers what was written as “key version”, in the order of the list.</summary>
    async Task<(string Bucket, string[] Written)> FilledAsync()
    {
        var bucket = await _s3.VersionedBucketAsync();
        Dictionary<string, List<string>> versions = [];
        foreach (var key in (string[])["a", "c", "b/1", "a", "b/2", "a", "b/1"])
        {
            versions.TryAdd(key, []);
            versions[key].Insert(0, (await _s3.PutAsync($"{bucket}/{key}", "x")).Ok().VersionId);
        }
        foreach (var key in (string[])["b/1", "c"])
            versions[key].Insert(0, (await _s3.DeleteAsync($"{bucket}/{key}")).Is(204).VersionId);
        var keys = versions.Keys.Order(StringComparer.Ordinal);
        return (bucket, [.. keys.SelectMany(key => versions[key].Select(version => $"{key} {version}"))]);
    }

    static string[] Entries(WireAnswer list) =>
    [
        .. list.Xml.Elements().Where(e => e.Name.LocalName is "Version" or "DeleteMarker")
            .Select(e => e.Elements().ToDictionary(child => child.Name.LocalName, child => child.Value))
            .Select(e => $"{e["Key"]} {e["VersionId"]}"),
    ];
}
