using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

/// <summary>Keys are bytes, not paths: nothing is folded, collapsed or decoded twice.</summary>
public sealed class KeyTests(ServerUnderTest server)
{
    readonly S3Wire _s3 = server.Wire;

    public static TheoryData<string> Unusual =>
    [
        "/leading", "//", "a//b", ".", "..", "./a", "../a", "a/./b", "a/../b", "a/..", "trailing/", "trailing//", " ", "a b", "a+b",
        "a%20b", "%2F", "%252F", "%",
        "a?b", "a#b", "a&b=c", "a:b", "a\\b", "a\"b'c", "<&>", "[]{}|^`", "a\u0001b", "a\tb\r\nc", "\u007F", "ü", "u\u0308", "日本語", "🚀",
        "\u200B", "A", "a", "?versioning",
        "robots.txt", "v2/x", "api/v1/x", "health",
    ];

    [Theory]
    [MemberData(nameof(Unusual))]
    public async Task A_key_is_stored_read_listed_copied_and_deleted_as_it_is(string key)
    {
        var bucket = await _s3.BucketAsync();
        var target = $"{bucket}/{Keys.InPath(key)}";

        (await _s3.PutAsync(target, key)).Ok();
        var listed = (await _s3.GetAsync($"{bucket}?list-type=2&encoding-type=url")).Ok().All("Contents/Key");
        (await _s3.PutAsync($"{bucket}/copy-of-it", "", ("x-amz-copy-source", target))).Ok();

        Assert.Equal(key, (await _s3.GetAsync(target)).Ok().Text);
        Assert.Equal(key, (await _s3.GetAsync($"{bucket}/copy-of-it")).Ok().Text);
        Assert.Equal([key], listed.Select(name => Uri.UnescapeDataString(name.Replace('+', ' '))));
        (await _s3.DeleteAsync(target)).Is(204);
        (await _s3.HeadAsync(target)).Is(404);
    }

    [Fact]
    public async Task Keys_that_a_path_would_fold_together_are_different()
    {
        var bucket = await _s3.BucketAsync();
        string[] keys = ["a/b", "a//b", "a/./b", "a/x/../b", "/a/b", "a/b/", "A/b", "a%2Fb"];
        foreach (var key in keys)
            (await _s3.PutAsync($"{bucket}/{Keys.InPath(key)}", key)).Ok();

        foreach (var key in keys)
            Assert.Equal(key, (await _s3.GetAsync($"{bucket}/{Keys.InPath(key)}")).Ok().Text);
    }

    [Fact]
    public async Task A_slash_is_the_same_encoded_or_not()
    {
        var bucket = await _s3.BucketAsync();
        await _s3.PutAsync($"{bucket}/a/b", "text");
        var at = _s3.Presign(new("GET", $"{bucket}/a/b"));

        Assert.Equal("text", (await _s3.SendAsync(new("GET", at.Replace("/a/b", "/a%2Fb", StringComparison.Ordinal)))).Ok().Text);
    }

    [Fact]
    public async Task A_bucket_is_named_by_the_host_too()
    {
        var bucket = await _s3.BucketAsync();
        var host = $"{bucket[1..]}.localhost:{server.Endpoint.Url.Port}";
        WireRequest At(string method, string target, byte[]? body = null) => new(method, target) { By = _s3.Me, Host = host, Body = body };

        (await _s3.SendAsync(At("PUT", "/v2/x", "text"u8.ToArray()))).Ok();

        Assert.Equal("text", (await _s3.SendAsync(At("GET", "/v2/x"))).Ok().Text);
        Assert.Equal("text", (await _s3.GetAsync($"{bucket}/v2/x")).Ok().Text);
        Assert.Equal(["v2/x"], (await _s3.SendAsync(At("GET", "/?list-type=2"))).Ok().All("Contents/Key"));
        (await _s3.SendAsync(At("DELETE", "/v2/x"))).Is(204);
        (await _s3.SendAsync(At("DELETE", "/"))).Is(204);
        (await _s3.HeadAsync(bucket)).Is(404);
    }
}
