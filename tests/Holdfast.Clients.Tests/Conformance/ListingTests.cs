using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

/// <summary>What both versions of ListObjects must say.</summary>
public sealed class ListingTests(ServerUnderTest server)
{
    static readonly string[] Tree = ["a", "a/", "a/1", "a/2", "a/b/1", "a0", "b//c", "b/c", "c-d", "c/d/e", "z"];

    readonly S3Wire _s3 = server.Wire;

    public static TheoryData<string, string, string, string> Pages()
    {
        (string Query, string Keys, string Prefixes)[] rows =
        [
            ("", "a a/ a/1 a/2 a/b/1 a0 b//c b/c c-d c/d/e z", ""),
            ("delimiter=%2F", "a a0 c-d z", "a/ b/ c/"),
            ("prefix=a", "a a/ a/1 a/2 a/b/1 a0", ""),
            ("prefix=a%2F", "a/ a/1 a/2 a/b/1", ""),
            ("prefix=a&delimiter=%2F", "a a0", "a/"),
            ("prefix=a%2F&delimiter=%2F", "a/ a/1 a/2", "a/b/"),
            ("prefix=b%2F&delimiter=%2F", "b/c", "b//"),
            ("prefix=c%2Fd&delimiter=%2F", "", "c/d/"),
            ("prefix=nothing", "", ""),
            ("delimiter=b", "a a/ a/1 a/2 a0 c-d c/d/e z", "a/b b"),
            ("delimiter=%2Fd%2F", "a a/ a/1 a/2 a/b/1 a0 b//c b/c c-d z", "c/d/"),
            ("delimiter=none", "a a/ a/1 a/2 a/b/1 a0 b//c b/c c-d c/d/e z", ""),
            ("delimiter=", "a a/ a/1 a/2 a/b/1 a0 b//c b/c c-d c/d/e z", ""),
            ("delimiter=%2F&prefix=%2F", "", ""),
            ("max-keys=3", "a a/ a/1", ""),
            ("max-keys=3&delimiter=%2F", "a a0", "a/"),
            ("max-keys=0", "", ""),
            ("unknown-parameter=1&prefix=z", "z", ""),
        ];
        TheoryData<string, string, string, string> data = [];
        foreach (var (query, keys, prefixes) in rows)
        {
            data.Add("", query, keys, prefixes);
            data.Add("list-type=2", query, keys, prefixes);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_holds_the_keys_and_the_common_prefixes(string version, string query, string keys, string prefixes)
    {
        var bucket = await FilledAsync();

        var page = (await _s3.GetAsync($"{bucket}?{query}&{version}".TrimEnd('&'))).Ok();

        Assert.Equal(keys, string.Join(' ', page.All("Contents/Key")));
        Assert.Equal(prefixes, string.Join(' ', page.All("CommonPrefixes/Prefix")));
        Assert.Equal(query.StartsWith("max-keys=3", StringComparison.Ordinal) ? "true" : "false", page.One("IsTruncated"));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("", 4)]
    [InlineData("delimiter=%2F", 1)]
    [InlineData("delimiter=%2F", 2)]
    [InlineData("delimiter=%2F", 3)]
    [InlineData("prefix=a%2F&delimiter=%2F", 1)]
    [InlineData("delimiter=b", 1)]
    public async Task Pages_joined_are_the_whole_list_in_either_version(string query, int size)
    {
        var bucket = await FilledAsync();
        var whole = Entries((await _s3.GetAsync($"{bucket}?{query}")).Ok());

        List<string> first = [], second = [];
        for (var marker = ""; ;)
        {
            var page = (await _s3.GetAsync($"{bucket}?{query}&max-keys={size}&marker={Keys.InQuery(marker)}")).Ok();
            first.AddRange(Entries(page));
            if (page.One("IsTruncated") == "false")
                break;
            marker = page.One("NextMarker") ?? page.All("Contents/Key")[^1];
        }
        for (var token = ""; ;)
        {
            var page = (await _s3.GetAsync($"{bucket}?list-type=2&{query}&max-keys={size}{token}")).Ok();
            second.AddRange(Entries(page));
            Assert.Equal(Entries(page).Length.ToString(), page.One("KeyCount"));
            if (page.One("IsTruncated") == "false")
                break;
            token = $"&continuation-token={Keys.InQuery(page.One("NextContinuationToken")!)}";
        }

        Assert.Equal(whole.Order(StringComparer.Ordinal), first);
        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData("max-keys=-1")]
    [InlineData("max-keys=many")]
    [InlineData("max-keys=99999999999999999999")]
    [InlineData("encoding-type=rot13")]
    [InlineData("list-type=2&max-keys=-1")]
    [InlineData("list-type=2&encoding-type=rot13")]
    [InlineData("list-type=2&continuation-token=not%20a%20token")]
    public async Task A_wrong_parameter_is_refused(string query)
    {
        var bucket = await _s3.BucketAsync();

        (await _s3.GetAsync($"{bucket}?{query}")).Refused(400, "InvalidArgument");
    }

    [Theory]
    [InlineData("")]
    [InlineData("list-type=2&")]
    public async Task More_than_a_thousand_keys_a_page_are_not_given(string version)
    {
        var bucket = await _s3.BucketAsync();

        Assert.Equal("1000", (await _s3.GetAsync($"{bucket}?{version}max-keys=5000")).Ok().One("MaxKeys"));
    }

    [Fact]
    public async Task Keys_are_in_the_order_of_their_bytes()
    {
        var bucket = await _s3.BucketAsync();
        // The last is above U+FFFF: UTF-16 would sort it earlier.
        string[] keys = ["A", "B", "_", "a", "b", "~", "é", "ü", "Ａ", "\uFFFD", "🚀"];
        await _s3.FillAsync(bucket, keys.Reverse());

        Assert.Equal(keys, (await _s3.GetAsync($"{bucket}?list-type=2")).Ok().All("Contents/Key"));
        Assert.Equal(["🚀"], (await _s3.GetAsync($"{bucket}?list-type=2&start-after={Keys.InQuery("\uFFFD")}")).Ok().All("Contents/Key"));
    }

    [Fact]
    public async Task An_unknown_bucket_has_no_list()
    {
        (await _s3.GetAsync("/no-such-bucket-here-at-all")).Refused(404, "NoSuchBucket");
        (await _s3.GetAsync("/no-such-bucket-here-at-all?list-type=2")).Refused(404, "NoSuchBucket");
        (await _s3.GetAsync("/no-such-bucket-here-at-all?versions")).Refused(404, "NoSuchBucket");
        (await _s3.GetAsync("/no-such-bucket-here-at-all?uploads")).Refused(404, "NoSuchBucket");
    }

    async Task<string> FilledAsync()
    {
        var bucket = await _s3.BucketAsync();
        await _s3.FillAsync(bucket, Tree);
        return bucket;
    }

    static string[] Entries(WireAnswer page) =>
        [.. page.All("Contents/Key").Concat(page.All("CommonPrefixes/Prefix")).Order(StringComparer.Ordinal)];
}
