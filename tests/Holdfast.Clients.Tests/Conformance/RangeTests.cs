using System.Text;
using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

/// <summary>Ranges as real S3 answers them (specs/s3.md, rules 35 and 36).</summary>
public sealed class RangeTests(ServerUnderTest server)
{
    const string Content = "0123456789";

    readonly S3Wire _s3 = server.Wire;

    [Theory]
    [InlineData("bytes=0-0", "0")]
    [InlineData("bytes=0-4", "01234")]
    [InlineData("bytes=5-", "56789")]
    [InlineData("bytes=9-", "9")]
    [InlineData("bytes=5-100", "56789")]
    [InlineData("bytes=0-9", Content)]
    [InlineData("bytes=-1", "9")]
    [InlineData("bytes=-4", "6789")]
    [InlineData("bytes=-10", Content)]
    [InlineData("bytes=-100", Content)]
    [InlineData("bytes=0-99999999999999999999", Content)]
    public async Task A_range_that_fits_is_a_part(string range, string part)
    {
        var at = await ObjectAsync();
        var start = Content.Length - part.Length;
        if (range.StartsWith("bytes=0", StringComparison.Ordinal))
            start = 0;

        var got = (await _s3.GetAsync(at, ("Range", range))).Is(206);
        var head = (await _s3.HeadAsync(at, ("Range", range))).Is(206);

        Assert.Equal(part, got.Text);
        Assert.Equal($"bytes {start}-{start + part.Length - 1}/10", got["Content-Range"]);
        Assert.Equal((got["Content-Range"], part.Length.ToString(), got.ETag), (head["Content-Range"], head["Content-Length"], head.ETag));
    }

    [Theory]
    [InlineData("bytes=4-2")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=")]
    [InlineData("bytes=-")]
    [InlineData("bytes=0-1,3-4")]
    [InlineData("bytes 0-1")]
    [InlineData("chars=0-1")]
    [InlineData("0-1")]
    public async Task A_range_that_is_none_is_the_whole(string range)
    {
        var got = (await _s3.GetAsync(await ObjectAsync(), ("Range", range))).Ok();

        Assert.Equal((Content, null), (got.Text, got["Content-Range"]));
    }

    [Theory]
    [InlineData("bytes=10-")]
    [InlineData("bytes=10-20")]
    [InlineData("bytes=-0")]
    public async Task A_range_outside_is_refused(string range)
    {
        var at = await ObjectAsync();

        var refused = (await _s3.GetAsync(at, ("Range", range))).Refused(416, "InvalidRange");

        Assert.Equal("10", refused.One("ActualObjectSize"));
        Assert.Equal(range, refused.One("RangeRequested"));
        (await _s3.HeadAsync(at, ("Range", range))).Is(416);
    }

    [Theory]
    [InlineData("bytes=0-0", 416)]
    [InlineData("bytes=0-", 416)]
    [InlineData("bytes=-0", 416)]
    [InlineData("bytes=-5", 200)]
    [InlineData("bytes=x", 200)]
    public async Task Nothing_has_no_first_byte(string range, int status)
    {
        var bucket = await _s3.BucketAsync();
        await _s3.PutAsync($"{bucket}/empty");

        var got = (await _s3.GetAsync($"{bucket}/empty", ("Range", range))).Is(status);

        if (status == 200)
            Assert.Equal((0, null), (got.Body.Length, got["Content-Range"]));
    }

    [Theory]
    [InlineData("same", 206)]
    [InlineData("now", 206)]
    [InlineData("\"other\"", 200)]
    [InlineData("Sat, 01 Jan 2000 00:00:00 GMT", 200)]
    public async Task A_range_of_another_state_is_the_whole(string ifRange, int status)
    {
        var at = await ObjectAsync();
        var head = (await _s3.HeadAsync(at)).Ok();
        var value = ifRange switch { "same" => head.ETag, "now" => head["Last-Modified"]!, _ => ifRange };

        (await _s3.GetAsync(at, ("Range", "bytes=1-2"), ("If-Range", value))).Is(status);
    }

    [Fact]
    public async Task Part_one_of_an_object_without_parts_is_the_object()
    {
        var at = await ObjectAsync();

        Assert.Equal(Content, (await _s3.GetAsync($"{at}?partNumber=1")).Is(206).Text);
        (await _s3.GetAsync($"{at}?partNumber=2")).Refused(416, "InvalidPartNumber");
        (await _s3.GetAsync($"{at}?partNumber=1", ("Range", "bytes=0-1"))).Refused(400, "InvalidRequest");
        Assert.Equal(400, (await _s3.GetAsync($"{at}?partNumber=0")).Status);
        Assert.Equal(400, (await _s3.GetAsync($"{at}?partNumber=x")).Status);
    }

    [Fact]
    public async Task Ranges_across_chunks_of_a_large_object_are_exact()
    {
        var (bucket, bytes) = (await _s3.BucketAsync(), Keys.Random(300_000));
        await _s3.PutAsync($"{bucket}/large", bytes);

        foreach (var edge in (int[])[0, 16_384, 65_536, 131_072, 196_608, 262_144, 299_990])
        {
            var (from, to) = (Math.Max(0, edge - 3), Math.Min(edge + 5, bytes.Length - 1));
            Assert.Equal(bytes[from..(to + 1)], (await _s3.GetAsync($"{bucket}/large", ("Range", $"bytes={from}-{to}"))).Is(206).Body);
        }
    }

    [Fact]
    public async Task A_ranged_read_does_not_state_the_checksum_of_the_whole()
    {
        var bucket = await _s3.BucketAsync();
        await _s3.PutAsync($"{bucket}/key", Content, ("x-amz-checksum-crc32", Sums.Of("crc32", Encoding.ASCII.GetBytes(Content))));

        Assert.NotNull((await _s3.GetAsync($"{bucket}/key", ("x-amz-checksum-mode", "ENABLED"))).Ok()["x-amz-checksum-crc32"]);
        Assert.Null((await _s3.GetAsync($"{bucket}/key", ("x-amz-checksum-mode", "ENABLED"), ("Range", "bytes=0-3")))
            .Is(206)["x-amz-checksum-crc32"]);
        Assert.Null((await _s3.GetAsync($"{bucket}/key")).Ok()["x-amz-checksum-crc32"]);
    }

    async Task<string> ObjectAsync()
    {
        var bucket = await _s3.BucketAsync();
        (await _s3.PutAsync($"{bucket}/key", Content)).Ok();
        return $"{bucket}/key";
    }
}
