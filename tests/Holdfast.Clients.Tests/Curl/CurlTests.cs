using System.Text;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Curl;

public sealed class CurlTests(ServerUnderTest server) : IDisposable
{
    // curl 7.88 hashes only bodies it holds in memory: a file sent with -T must be declared unsigned.
    const string Unsigned = "x-amz-content-sha256: UNSIGNED-PAYLOAD";

    readonly CurlClient _curl = new(server.Endpoint);

    public void Dispose() => _curl.Dispose();

    [Fact]
    public async Task A_bucket_lives_and_dies()
    {
        var bucket = await _curl.CreateBucketAsync();

        (await _curl.SignedAsync("/")).Says($"<Name>{bucket}</Name>");
        Assert.Equal("200", await _curl.StatusAsync($"/{bucket}", "--head"));
        Assert.Equal("204", await _curl.StatusAsync($"/{bucket}", "-X", "DELETE"));
        Assert.Equal("404", await _curl.StatusAsync($"/{bucket}", "--head"));
    }

    [Theory]
    [InlineData("plain.bin", 100)]
    [InlineData("folder/file", 300_000)]
    [InlineData("a%20space", 0)]
    [InlineData("%C3%BC/slash", 1)]
    public async Task A_file_comes_back_as_it_went(string key, int length)
    {
        var bucket = await _curl.CreateBucketAsync();
        var file = _curl.Sandbox.RandomFile("up", length);

        await _curl.SignedAsync($"/{bucket}/{key}", "-T", file, "-H", Unsigned);
        var down = await _curl.SignedAsync($"/{bucket}/{key}");

        Assert.Equal(Hashes.OfFile(file), Hashes.Of(down.Output));
    }

    [Fact]
    public async Task A_signed_body_without_a_content_hash_header_is_accepted()
    {
        var bucket = await _curl.CreateBucketAsync();
        var text = new string('x', 10_000);
        await File.WriteAllTextAsync(_curl.Sandbox["up"], text);

        await _curl.SignedAsync($"/{bucket}/key", "-X", "PUT", "--data-binary", $"@{_curl.Sandbox["up"]}");

        Assert.Equal(text, (await _curl.SignedAsync($"/{bucket}/key")).Text);
    }

    [Fact]
    public async Task Metadata_beyond_ascii_comes_back_as_it_went()
    {
        var bucket = await _curl.CreateBucketAsync();

        await _curl.SignedAsync(
            $"/{bucket}/key", "-T", _curl.Sandbox.RandomFile("up", 10), "-H", Unsigned, "-H", "x-amz-meta-title: Größe 日本");
        var head = await _curl.SignedAsync($"/{bucket}/key", "--head");

        Assert.Contains("x-amz-meta-title: Größe 日本", Encoding.UTF8.GetString(head.Output), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_interrupted_download_is_resumed()
    {
        var bucket = await _curl.CreateBucketAsync();
        var file = _curl.Sandbox.RandomFile("up", 200_000);
        await _curl.SignedAsync($"/{bucket}/file", "-T", file, "-H", Unsigned);
        await File.WriteAllBytesAsync(_curl.Sandbox["down"], File.ReadAllBytes(file)[..70_001]);

        await _curl.SignedAsync($"/{bucket}/file", "-C", "-", "-o", _curl.Sandbox["down"]);

        Hashes.AssertSameFile(file, _curl.Sandbox["down"]);
    }

    [Theory]
    [InlineData("0-99", 0, 100)]
    [InlineData("-100", 9900, 100)]
    [InlineData("9000-", 9000, 1000)]
    [InlineData("5000-99999", 5000, 5000)]
    public async Task Ranges_are_the_bytes_asked_for(string range, int offset, int length)
    {
        var bucket = await _curl.CreateBucketAsync();
        var file = _curl.Sandbox.RandomFile("up", 10_000);
        await _curl.SignedAsync($"/{bucket}/file", "-T", file, "-H", Unsigned);

        var part = await _curl.SignedAsync($"/{bucket}/file", "-r", range);

        Assert.Equal(Hashes.Of(File.ReadAllBytes(file).AsSpan(offset, length)), Hashes.Of(part.Output));
    }

    [Fact]
    public async Task An_unchanged_file_is_not_sent_again()
    {
        var bucket = await _curl.CreateBucketAsync();
        await _curl.SignedAsync($"/{bucket}/file", "-T", _curl.Sandbox.RandomFile("up", 100), "-H", Unsigned);
        var down = _curl.Sandbox["down"];
        await _curl.SignedAsync($"/{bucket}/file", "--etag-save", _curl.Sandbox["etag"], "-R", "-o", down);

        Assert.Equal("304", await _curl.StatusAsync($"/{bucket}/file", "--etag-compare", _curl.Sandbox["etag"]));
        Assert.Equal("304", await _curl.StatusAsync($"/{bucket}/file", "-z", down));
        Assert.Equal("200", await _curl.StatusAsync($"/{bucket}/file", "-z", "2001-01-01"));
    }

    [Fact]
    public async Task A_key_is_created_only_once()
    {
        var bucket = await _curl.CreateBucketAsync();
        string[] create = ["-T", _curl.Sandbox.RandomFile("up", 100), "-H", Unsigned, "-H", "If-None-Match: *"];

        Assert.Equal("200", await _curl.StatusAsync($"/{bucket}/lock", create));
        Assert.Equal("412", await _curl.StatusAsync($"/{bucket}/lock", create));
    }

    [Fact]
    public async Task A_copy_and_a_listing_work_by_hand()
    {
        var bucket = await _curl.CreateBucketAsync();
        await _curl.SignedAsync($"/{bucket}/from", "-T", _curl.Sandbox.RandomFile("up", 100), "-H", Unsigned);

        await _curl.SignedAsync($"/{bucket}/to", "-X", "PUT", "-H", $"x-amz-copy-source: /{bucket}/from");
        var list = await _curl.SignedAsync($"/{bucket}?list-type=2");

        list.Says("<Key>from</Key>").Says("<Key>to</Key>").Says("<KeyCount>2</KeyCount>");
    }

    [Fact]
    public async Task Without_a_signature_nothing_is_served()
    {
        var bucket = await _curl.CreateBucketAsync();
        var address = server.Endpoint.Address;

        (await _curl.PlainAsync($"{address}/{bucket}")).Refused("403");
        (await _curl.PlainAsync($"{address}/{bucket}/key", "-X", "PUT", "-d", "x")).Refused("403");
        (await _curl.PlainAsync($"{address}/{bucket}/key")).Refused("403");
    }
}
