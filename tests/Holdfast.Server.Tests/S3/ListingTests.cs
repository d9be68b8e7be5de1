using System.Net;

namespace Holdfast.Server.Tests.S3;

public sealed class ListingTests(S3Server server) : IClassFixture<S3Server>
{
    static readonly string[] Keys = ["a/1", "a/2", "b", "c/x/1", "c/y", "d d", "e+f"];

    [Fact]
    public async Task Version_one_pages_by_marker()
    {
        var bucket = await FilledAsync();

        var first = (await server.Root.GetAsync($"/{bucket}?max-keys=3&delimiter=%2F")).ExpectOk();
        var second = (await server.Root.GetAsync(
            $"/{bucket}?delimiter=%2F&marker=" + Uri.EscapeDataString(first.All("NextMarker")[0]))).ExpectOk();

        Assert.Equal(["b"], first.All("Key"));
        Assert.Equal(["a/", "c/"], Prefixes(first));
        Assert.Equal("true", first.All("IsTruncated")[0]);
        Assert.Equal(["d d", "e+f"], second.All("Key"));
        Assert.Empty(Prefixes(second));
        Assert.NotEmpty(first.All("Owner"));
        Assert.Empty((await server.Root.GetAsync($"/{bucket}?max-keys=3")).All("NextMarker"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    [InlineData(5000)]
    public async Task Version_two_gives_every_key_once_whatever_the_page(int max)
    {
        var bucket = await FilledAsync();
        var found = new List<string>();
        var token = "";
        while (true)
        {
            var page = (await server.Root.GetAsync($"/{bucket}?list-type=2&max-keys={max}{token}")).ExpectOk();
            found.AddRange(page.All("Key"));
            Assert.Equal($"{Math.Min(max, 1000)}", page.All("MaxKeys")[0]);
            Assert.Equal($"{page.All("Key").Length}", page.All("KeyCount")[0]);
            if (page.All("IsTruncated")[0] == "false")
                break;
            token = "&continuation-token=" + Uri.EscapeDataString(page.All("NextContinuationToken")[0]);
        }

        Assert.Equal(Keys, found);
    }

    [Fact]
    public async Task Prefix_start_after_owner_and_encoding_are_heeded()
    {
        var bucket = await FilledAsync();

        Assert.Equal(["c/y"], (await server.Root.GetAsync($"/{bucket}?list-type=2&prefix=c/&start-after=c/x/1")).All("Key"));
        Assert.Equal(["c/x/"], Prefixes(await server.Root.GetAsync($"/{bucket}?list-type=2&prefix=c/&delimiter=/")));
        Assert.Equal(
            ["d+d", "e%2Bf"],
            (await server.Root.GetAsync($"/{bucket}?list-type=2&start-after=d&encoding-type=url")).All("Key")
                .Select(key => key.Replace("%20", "+", StringComparison.Ordinal)));
        Assert.Empty((await server.Root.GetAsync($"/{bucket}?list-type=2")).All("Owner"));
        Assert.Equal(7, (await server.Root.GetAsync($"/{bucket}?list-type=2&fetch-owner=true")).All("Owner").Length);
        var none = await server.Root.GetAsync($"/{bucket}?list-type=2&max-keys=0");
        Assert.Empty(none.All("Key"));
        Assert.Equal("false", none.All("IsTruncated")[0]);
        Assert.Equal("", (await server.Root.GetAsync($"/{bucket}?list-type=2&continuation-token=")).All("ContinuationToken")[0]);
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "")]
    [InlineData(1, "%2F")]
    [InlineData(1000, "%2F")]
    public async Task Versions_are_paged_by_key_and_version(int max, string delimiter)
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", "null")).ExpectOk();
        await server.VersioningAsync(bucket, "Enabled");
        var expected = new List<string> { "null" };
        for (var i = 0; i < 3; i++)
            expected.Insert(0, (await server.Root.PutAsync($"/{bucket}/k", $"{i}")).VersionId!);
        expected.Insert(0, (await server.Root.DeleteAsync($"/{bucket}/k")).VersionId!);
        (await server.Root.PutAsync($"/{bucket}/k/below", "x")).ExpectOk();

        var (found, prefixes, latest, next) = (new List<string>(), 0, 0, "");
        while (true)
        {
            var page = (await server.Root.GetAsync($"/{bucket}?versions&max-keys={max}&delimiter={delimiter}{next}")).ExpectOk();
            found.AddRange(page.Xml.Elements().Where(item => (string?)item.Element("Key") == "k")
                .Select(item => (string)item.Element("VersionId")!));
            latest += page.Xml.Elements().Count(item => (string?)item.Element("Key") == "k" && (string?)item.Element("IsLatest") == "true");
            prefixes += Prefixes(page).Length;
            if (page.All("IsTruncated")[0] == "false")
                break;
            next =
                $"&key-marker={Uri.EscapeDataString(page.All("NextKeyMarker")[0])}&version-id-marker={page.All("NextVersionIdMarker")[0]}";
        }

        Assert.Equal(expected, found);
        Assert.Equal(1, latest);
        Assert.Equal(delimiter.Length == 0 ? 0 : 1, prefixes);
    }

    [Fact]
    public async Task Uploads_are_listed_by_key_then_by_their_beginning()
    {
        var bucket = await server.BucketAsync();
        var ids = new List<string>();
        foreach (var key in (string[])["b", "a", "a", "dir/x", "dir/y"])
            ids.Add((await server.Root.PostAsync($"/{bucket}/{key}?uploads")).ExpectOk().All("UploadId")[0]);

        var all = (await server.Root.GetAsync($"/{bucket}?uploads&delimiter=/")).ExpectOk();
        var first = (await server.Root.GetAsync($"/{bucket}?uploads&max-uploads=1")).ExpectOk();
        var second = (await server.Root.GetAsync(
            $"/{bucket}?uploads&max-uploads=1&key-marker={first.All("NextKeyMarker")[0]}"
            + $"&upload-id-marker={first.All("NextUploadIdMarker")[0]}")).ExpectOk();

        Assert.Equal([ids[1], ids[2], ids[0]], all.All("UploadId"));
        Assert.Equal(["dir/"], Prefixes(all));
        Assert.Equal([ids[1]], first.All("UploadId"));
        Assert.Equal([ids[2]], second.All("UploadId"));
        Assert.Equal(
            ["dir%2Fx", "dir%2Fy"],
            (await server.Root.GetAsync($"/{bucket}?uploads&prefix=dir&encoding-type=url")).All("Key")
                .Select(key => key.Replace("/", "%2F", StringComparison.Ordinal)));
        Assert.Empty((await server.Root.GetAsync($"/{bucket}?list-type=2")).All("Key"));
    }

    [Fact]
    public async Task Many_keys_are_deleted_at_once_with_a_result_for_each()
    {
        var bucket = await FilledAsync();
        const string document = """
            <Delete><Object><Key>a/1</Key></Object><Object><Key>none</Key></Object><Object><Key>b</Key><ETag>"other"</ETag></Object>
            <Object><Key>absent</Key><ETag>"other"</ETag></Object><Object><Key>c/y</Key><VersionId>nonsense</VersionId></Object></Delete>
            """;

        (await server.Root.PostAsync($"/{bucket}?delete", document)).Expect(HttpStatusCode.BadRequest, "InvalidRequest");
        var reply = (await server.Root.PostAsync($"/{bucket}?delete", document, Sum(document))).ExpectOk();
        var quiet = document.Replace("<Delete>", "<Delete><Quiet>true</Quiet>", StringComparison.Ordinal);
        var silent = (await server.Root.PostAsync($"/{bucket}?delete", quiet, Sum(quiet))).ExpectOk();

        Assert.Equal(["a/1", "none"], reply.Xml.Elements("Deleted").Select(item => (string)item.Element("Key")!));
        Assert.Equal(["b", "absent", "c/y"], reply.Xml.Elements("Error").Select(item => (string)item.Element("Key")!));
        Assert.Empty(silent.Xml.Elements("Deleted"));
        Assert.Equal(Keys[1..], (await server.Root.GetAsync($"/{bucket}?list-type=2")).All("Key"));
        var many = "<Delete>" + string.Concat(Enumerable.Range(0, 1001).Select(i => $"<Object><Key>{i}</Key></Object>")) + "</Delete>";
        (await server.Root.PostAsync($"/{bucket}?delete", many, Sum(many))).Expect(HttpStatusCode.BadRequest, "MalformedXML");

        static (string, string) Sum(string text) =>
            ("x-amz-checksum-crc32", Checksums.Of("CRC32", System.Text.Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public async Task A_versioned_bulk_delete_tells_its_markers()
    {
        var bucket = await server.BucketAsync(isVersioned: true);
        (await server.Root.PutAsync($"/{bucket}/k", "x")).ExpectOk();
        const string document = "<Delete><Object><Key>k</Key></Object></Delete>";
        var sum = ("x-amz-checksum-sha256", Checksums.Of("SHA256", System.Text.Encoding.UTF8.GetBytes(document)));

        var reply = (await server.Root.PostAsync($"/{bucket}?delete", document, sum)).ExpectOk();

        Assert.Equal("true", reply.All("DeleteMarker")[0]);
        Assert.Equal((await server.Root.GetAsync($"/{bucket}/k")).VersionId, reply.All("DeleteMarkerVersionId")[0]);
    }

    [Fact]
    public async Task Buckets_are_listed_for_those_who_own_them()
    {
        var (alices, bobs) = (await server.BucketAsync(server.Alice), await server.BucketAsync(server.Bob));

        Assert.Contains(alices, (await server.Alice.GetAsync("/")).All("Name"));
        Assert.DoesNotContain(bobs, (await server.Alice.GetAsync("/s3/")).All("Name"));
        Assert.Contains(bobs, (await server.Owner.GetAsync("/")).All("Name"));
        Assert.DoesNotContain(bobs, (await server.Stranger.GetAsync("/")).All("Name"));
        var page = (await server.Root.GetAsync("/?max-buckets=1&prefix=bucket-")).ExpectOk();
        Assert.Single(page.All("Name"));
        var next = (await server.Root.GetAsync(
            "/?max-buckets=1&prefix=bucket-&continuation-token=" + Uri.EscapeDataString(page.All("ContinuationToken")[0]))).ExpectOk();
        Assert.NotEqual(page.All("Name"), next.All("Name"));
        (await server.Root.GetAsync("/?max-buckets=0")).Expect(HttpStatusCode.BadRequest, "InvalidArgument");
    }

    async Task<string> FilledAsync()
    {
        var bucket = await server.BucketAsync();
        foreach (var key in Keys)
            (await server.Root.PutAsync(
                $"/{bucket}/{key.Replace(" ", "%20", StringComparison.Ordinal).Replace("+", "%2B", StringComparison.Ordinal)}",
                key)).ExpectOk();
        return bucket;
    }

    static string[] Prefixes(S3Reply page) => [.. page.Xml.Elements("CommonPrefixes").Select(common => (string)common.Element("Prefix")!)];
}
