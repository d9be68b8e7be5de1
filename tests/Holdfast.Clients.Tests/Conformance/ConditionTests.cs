using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

public sealed class ConditionTests(ServerUnderTest server)
{
    const string Past = "Sat, 01 Jan 2000 00:00:00 GMT";

    readonly S3Wire _s3 = server.Wire;

    /// <summary>“same” stands for the object's ETag, “bare” for it without quotes, “now” for its Last-Modified.</summary>
    [Theory]
    [InlineData(200, "If-Match", "same")]
    [InlineData(200, "If-Match", "bare")]
    [InlineData(200, "If-Match", "*")]
    [InlineData(200, "If-Match", "\"other\", same")]
    [InlineData(412, "If-Match", "\"other\"")]
    [InlineData(304, "If-None-Match", "same")]
    [InlineData(304, "If-None-Match", "bare")]
    [InlineData(304, "If-None-Match", "*")]
    [InlineData(304, "If-None-Match", "W/same")]
    [InlineData(200, "If-None-Match", "\"other\"")]
    [InlineData(304, "If-Modified-Since", "now")]
    [InlineData(200, "If-Modified-Since", Past)]
    [InlineData(200, "If-Modified-Since", "yesterday or so")]
    [InlineData(200, "If-Unmodified-Since", "now")]
    [InlineData(412, "If-Unmodified-Since", Past)]
    [InlineData(200, "If-Match", "same", "If-Unmodified-Since", Past)] // a match outweighs the date
    [InlineData(412, "If-Match", "\"other\"", "If-Unmodified-Since", "now")]
    [InlineData(304, "If-None-Match", "same", "If-Modified-Since", Past)]
    [InlineData(200, "If-None-Match", "\"other\"", "If-Modified-Since", "now")]
    [InlineData(412, "If-Match", "\"other\"", "If-None-Match", "same")]
    public async Task A_read_is_conditional(int status, string first, string firstValue, string? second = null, string? secondValue = null)
    {
        var bucket = await _s3.BucketAsync();
        await _s3.PutAsync($"{bucket}/key", "text", ("Cache-Control", "max-age=5"));
        var head = (await _s3.HeadAsync($"{bucket}/key")).Ok();
        string Filled(string value) => value.Replace("same", head.ETag, StringComparison.Ordinal)
            .Replace("bare", head.ETag.Trim('"'), StringComparison.Ordinal).Replace("now", head["Last-Modified"], StringComparison.Ordinal);
        (string, string)[] conditions = second is null
            ? [(first, Filled(firstValue))]
            : [(first, Filled(firstValue)), (second, Filled(secondValue!))];

        var got = await _s3.GetAsync($"{bucket}/key", conditions);
        (await _s3.HeadAsync($"{bucket}/key", conditions)).Is(status);

        if (status == 412)
            got.Refused(412, "PreconditionFailed");
        if (got.Is(status).Status == 304)
            Assert.Equal(
                (head.ETag, head["Last-Modified"], "max-age=5", 0),
                (got.ETag, got["Last-Modified"], got["Cache-Control"], got.Body.Length));
    }

    [Fact]
    public async Task A_key_is_created_only_once()
    {
        var bucket = await _s3.BucketAsync();

        (await _s3.PutAsync($"{bucket}/key", "one", ("If-None-Match", "*"))).Ok();
        (await _s3.PutAsync($"{bucket}/key", "two", ("If-None-Match", "*"))).Refused(412, "PreconditionFailed");
        Assert.Equal("one", (await _s3.GetAsync($"{bucket}/key")).Ok().Text);
        await _s3.DeleteAsync($"{bucket}/key");
        (await _s3.PutAsync($"{bucket}/key", "three", ("If-None-Match", "*"))).Ok();
    }

    [Fact]
    public async Task A_key_is_replaced_only_from_the_state_named()
    {
        var bucket = await _s3.BucketAsync();
        var one = (await _s3.PutAsync($"{bucket}/key", "one")).ETag;

        (await _s3.PutAsync($"{bucket}/key", "two", ("If-Match", "\"0123456789abcdef0123456789abcdef\"")))
            .Refused(412, "PreconditionFailed");
        (await _s3.PutAsync($"{bucket}/key", "two", ("If-Match", one))).Ok();
        (await _s3.PutAsync($"{bucket}/key", "three", ("If-Match", one))).Refused(412, "PreconditionFailed");
        (await _s3.PutAsync($"{bucket}/other", "x", ("If-Match", one))).Refused(404, "NoSuchKey");

        Assert.Equal("two", (await _s3.GetAsync($"{bucket}/key")).Ok().Text);
    }

    [Fact]
    public async Task Conditions_no_write_can_have_are_refused()
    {
        var bucket = await _s3.BucketAsync();
        var one = (await _s3.PutAsync($"{bucket}/key", "one")).ETag;

        (await _s3.PutAsync($"{bucket}/key", "x", ("If-None-Match", one))).Refused(501, "NotImplemented");
        Assert.InRange((await _s3.PutAsync($"{bucket}/key", "x", ("If-None-Match", "*"), ("If-Match", one))).Status, 400, 501);

        Assert.Equal("one", (await _s3.GetAsync($"{bucket}/key")).Ok().Text);
    }

    [Fact]
    public async Task A_delete_marker_counts_as_nothing_there()
    {
        var bucket = await _s3.VersionedBucketAsync();
        var one = (await _s3.PutAsync($"{bucket}/key", "one", ("If-None-Match", "*"))).Ok().ETag;
        (await _s3.PutAsync($"{bucket}/key", "two", ("If-None-Match", "*"))).Refused(412, "PreconditionFailed");

        await _s3.DeleteAsync($"{bucket}/key");

        (await _s3.PutAsync($"{bucket}/key", "two", ("If-Match", one))).Refused(404, "NoSuchKey");
        (await _s3.PutAsync($"{bucket}/key", "two", ("If-None-Match", "*"))).Ok();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_many_creations_at_once_one_succeeds(bool versioned)
    {
        var bucket = versioned ? await _s3.VersionedBucketAsync() : await _s3.BucketAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 24)
            .Select(i => _s3.PutAsync($"{bucket}/lock", $"{i}", ("If-None-Match", "*"))));

        var winner = Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer != winner), answer => Assert.Contains(answer.Status, new[] { 409, 412 }));
        Assert.Equal(winner.ETag, (await _s3.GetAsync($"{bucket}/lock")).Ok().ETag);
    }

    [Fact]
    public async Task A_delete_is_conditional_too()
    {
        var bucket = await _s3.BucketAsync();
        var one = (await _s3.PutAsync($"{bucket}/key", "one")).ETag;

        (await _s3.DeleteAsync($"{bucket}/key", ("If-Match", "\"0123456789abcdef0123456789abcdef\""))).Refused(412, "PreconditionFailed");
        (await _s3.GetAsync($"{bucket}/key")).Ok();
        (await _s3.DeleteAsync($"{bucket}/key", ("If-Match", one))).Is(204);

        (await _s3.HeadAsync($"{bucket}/key")).Is(404);
    }
}
