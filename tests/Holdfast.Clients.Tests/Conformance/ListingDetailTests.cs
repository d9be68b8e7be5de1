using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

/// <summary>What each version of ListObjects says in its own way.</summary>
public sealed class ListingDetailTests(ServerUnderTest server)
{
    readonly S3Wire _s3 = server.Wire;

    [Theory]
    [InlineData("marker", "")]
    [InlineData("start-after", "list-type=2&")]
    public async Task A_list_begins_after_the_key_it_is_told(string parameter, string version)
    {
        var bucket = await _s3.BucketAsync();
        await _s3.FillAsync(bucket, "a", "b", "c/1", "c/2", "d");

        async Task<string> After(string key, string more = "") =>
            string.Join(' ', (await _s3.GetAsync($"{bucket}?{version}{parameter}={Keys.InQuery(key)}{more}")).Ok() is var page
                ? page.All("Contents/Key").Concat(page.All("CommonPrefixes/Prefix")) : []);

        Assert.Equal("b c/1 c/2 d", await After("a"));
        Assert.Equal("b c/1 c/2 d", await After("aa"));
        Assert.Equal("", await After("zzz"));
        Assert.Equal("a b c/1 c/2 d", await After(" "));
        Assert.Equal("c/2 d", await After("c/1"));
        Assert.Equal("c/1 c/2", await After("a", "&prefix=c%2F"));
    }

    [Fact]
    public async Task Version_one_names_the_next_marker_only_with_a_delimiter()
    {
        var bucket = await _s3.BucketAsync();
        await _s3.FillAsync(bucket, "a", "b/1", "b/2", "c");

        var plain = (await _s3.GetAsync($"{bucket}?max-keys=1")).Ok();
        var grouped = (await _s3.GetAsync($"{bucket}?max-keys=2&delimiter=%2F")).Ok();

        Assert.Null(plain.One("NextMarker"));
        Assert.Equal("b/", grouped.One("NextMarker"));
        Assert.Equal("", plain.One("Marker"));
        Assert.Equal("/", grouped.One("Delimiter"));
        Assert.Equal("c", string.Join(' ', (await _s3.GetAsync($"{bucket}?delimiter=%2F&marker=b%2F")).Ok().All("Contents/Key")));
    }

    [Fact]
    public async Task An_entry_states_what_the_object_is()
    {
        var bucket = await _s3.BucketAsync();
        var put = await _s3.PutAsync($"{bucket}/key", "12345");

        var first = (await _s3.GetAsync(bucket)).Ok();
        var second = (await _s3.GetAsync($"{bucket}?list-type=2")).Ok();
        var owned = (await _s3.GetAsync($"{bucket}?list-type=2&fetch-owner=true")).Ok();

        foreach (var page in new[] { first, second, owned })
        {
            Assert.Equal("http://s3.amazonaws.com/doc/2006-03-01/", page.Xml.Name.NamespaceName);
            Assert.Equal("ListBucketResult", page.Xml.Name.LocalName);
            Assert.Equal("application/xml", page["Content-Type"]);
            Assert.Equal((bucket[1..], "", "1000"), (page.One("Name")!, page.One("Prefix")!, page.One("MaxKeys")!));
            Assert.Equal(
                (put.ETag, "5", "STANDARD"), (page.One("Contents/ETag")!, page.One("Contents/Size")!, page.One("Contents/StorageClass")!));
            page.AssertInstant("Contents/LastModified");
        }
        Assert.NotNull(first.One("Contents/Owner/ID"));
        Assert.Null(second.One("Contents/Owner/ID"));
        Assert.NotNull(owned.One("Contents/Owner/ID"));
        Assert.Equal("1", second.One("KeyCount"));
        Assert.Null(first.One("KeyCount"));
    }

    [Fact]
    public async Task A_continuation_token_wins_over_start_after_and_an_empty_one_is_echoed()
    {
        var bucket = await _s3.BucketAsync();
        await _s3.FillAsync(bucket, "a", "b", "c");

        var page = (await _s3.GetAsync($"{bucket}?list-type=2&max-keys=1&start-after=a")).Ok();
        var next = (await _s3.GetAsync(
            $"{bucket}?list-type=2&start-after=a&continuation-token={Keys.InQuery(page.One("NextContinuationToken")!)}")).Ok();
        var empty = (await _s3.GetAsync($"{bucket}?list-type=2&continuation-token=")).Ok();

        Assert.Equal(["b"], page.All("Contents/Key"));
        Assert.Equal("a", page.One("StartAfter"));
        Assert.Equal(["c"], next.All("Contents/Key"));
        Assert.Equal(page.One("NextContinuationToken"), next.One("ContinuationToken"));
        Assert.Equal("", empty.One("ContinuationToken"));
        Assert.Equal(3, empty.All("Contents/Key").Length);
    }

    [Theory]
    [InlineData("", "marker")]
    [InlineData("list-type=2&", "start-after")]
    public async Task Url_encoding_covers_every_text_of_the_client(string version, string after)
    {
        var bucket = await _s3.BucketAsync();
        string[] keys = ["a b+c/1", "a b+c/ü%&<\u0001\n", "a b+c/🚀 x/y"];
        await _s3.FillAsync(bucket, keys);

        var page = (await _s3.GetAsync($"{bucket}?{version}encoding-type=url&prefix=a%20b%2Bc%2F&delimiter=%20x&{after}=%21%20%21")).Ok();

        Assert.Equal("url", page.One("EncodingType"));
        Assert.Equal(keys[..2].Order(StringComparer.Ordinal), page.All("Contents/Key").Select(Decoded));
        Assert.All(page.All("Contents/Key"), key => Assert.Matches("^[!-~]+$", key));
        Assert.Equal("a b+c/🚀 x", Decoded(page.One("CommonPrefixes/Prefix")!));
        Assert.Equal("a b+c/", Decoded(page.One("Prefix")!));
        Assert.StartsWith("a", page.One("Prefix"), StringComparison.Ordinal);
        Assert.Contains("%2B", page.One("Prefix"), StringComparison.Ordinal);
        Assert.Contains("/", page.One("Prefix"), StringComparison.Ordinal); // a slash stays as it is
        Assert.Equal(" x", Decoded(page.One("Delimiter")!));
        Assert.Equal("! !", Decoded(page.One(version.Length == 0 ? "Marker" : "StartAfter")!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("list-type=2")]
    public async Task Keys_that_xml_cannot_hold_are_sent_as_character_references(string version)
    {
        var bucket = await _s3.BucketAsync();
        await _s3.FillAsync(bucket, "control\u0001", "return\r\n", "amp&<>\"'");

        var text = (await _s3.GetAsync($"{bucket}?{version}")).Ok().Text;

        Assert.Matches("control&#(x1|1|x01);", text);
        Assert.Matches("return&#(xD|13|x0D|xd);", text);
        Assert.Contains("amp&amp;&lt;", text, StringComparison.Ordinal);
    }

    static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
