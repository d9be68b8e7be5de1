using System.Security;
using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

public sealed class TaggingTests(ServerUnderTest server)
{
    readonly S3Wire _s3 = server.Wire;

    [Fact]
    public async Task Tags_of_an_object_are_set_replaced_counted_and_removed()
    {
        var at = $"{await _s3.BucketAsync()}/key";
        await _s3.PutAsync(at, "x", ("x-amz-tagging", "a=1&b%20c=d%2Be&empty="));
        Assert.Equal(["a=1", "b c=d+e", "empty="], await TagsAsync(at));
        Assert.Equal("3", (await _s3.HeadAsync(at)).Ok()["x-amz-tagging-count"]);

        (await _s3.PutAsync($"{at}?tagging", Body(("größe", "sehr groß"), ("a", "+ - = . _ : / @")))).Ok();
        Assert.Equal(["a=+ - = . _ : / @", "größe=sehr groß"], await TagsAsync(at));

        (await _s3.DeleteAsync($"{at}?tagging")).Is(204);
        Assert.Empty(await TagsAsync(at));
        Assert.Null((await _s3.GetAsync(at)).Ok()["x-amz-tagging-count"]);
    }

    [Fact]
    public async Task Setting_tags_changes_neither_the_object_nor_its_time()
    {
        var at = $"{await _s3.BucketAsync()}/key";
        await _s3.PutAsync(at, "x", ("x-amz-meta-a", "b"));
        var before = (await _s3.HeadAsync(at)).Ok();

        (await _s3.PutAsync($"{at}?tagging", Body(("a", "1")))).Ok();
        var after = (await _s3.HeadAsync(at)).Ok();

        Assert.Equal((before.ETag, before["Last-Modified"], "b"), (after.ETag, after["Last-Modified"], after["x-amz-meta-a"]));
    }

    public static TheoryData<string, int, int, int, bool> Limits => new()
    {
        { "ten tags", 10, 1, 1, true },
        { "eleven tags", 11, 1, 1, false },
        { "longest key", 1, 128, 1, true },
        { "key too long", 1, 129, 1, false },
        { "longest value", 1, 1, 256, true },
        { "value too long", 1, 1, 257, false },
        { "no key", 1, 0, 1, false },
        { "no value", 1, 1, 0, true },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task Tags_have_limits(string what, int count, int keyLength, int valueLength, bool allowed)
    {
        var at = $"{await _s3.BucketAsync()}/key";
        await _s3.PutAsync(at, "x");
        var tags = Enumerable.Range(0, count)
            .Select(i => (count > 1 ? $"{i}" : new string('ü', keyLength), new string('v', valueLength))).ToArray();

        var answer = await _s3.PutAsync($"{at}?tagging", Body(tags));

        Assert.NotEmpty(what);
        if (allowed)
            answer.Ok();
        else
            Assert.Contains(answer.Is(400).One("Code"), new[] { "InvalidTag", "BadRequest", "MalformedXML" });
        Assert.Equal(allowed ? count : 0, (await TagsAsync(at)).Length);
    }

    [Theory]
    [InlineData(
        "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>a</Key><Value>2</Value></Tag></TagSet></Tagging>", "InvalidTag")]
    [InlineData("<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>", "MalformedXML")]
    [InlineData("<Tagging><TagSet>", "MalformedXML")]
    [InlineData("<Tags/>", "MalformedXML")]
    [InlineData("", "MalformedXML")]
    public async Task A_wrong_tag_set_is_refused(string body, string code)
    {
        var bucket = await _s3.BucketAsync();
        await _s3.PutAsync($"{bucket}/key", "x");

        Assert.Contains((await _s3.PutAsync($"{bucket}/key?tagging", body)).Is(400).One("Code"), new[] { code, "MissingRequestBodyError" });
        Assert.Contains((await _s3.PutAsync($"{bucket}?tagging", body)).Is(400).One("Code"), new[] { code, "MissingRequestBodyError" });
    }

    [Fact]
    public async Task Tags_of_a_bucket_are_set_read_and_removed()
    {
        var bucket = await _s3.BucketAsync();
        (await _s3.GetAsync($"{bucket}?tagging")).Refused(404, "NoSuchTagSet");

        Assert.InRange(
            (await _s3.PutAsync($"{bucket}?tagging", Body([.. Enumerable.Range(0, 50).Select(i => ($"k{i:00}", "v"))]))).Status, 200, 204);
        Assert.Equal(50, (await TagsAsync(bucket)).Length);
        (await _s3.DeleteAsync($"{bucket}?tagging")).Is(204);

        (await _s3.GetAsync($"{bucket}?tagging")).Refused(404, "NoSuchTagSet");
    }

    [Fact]
    public async Task What_is_not_there_has_no_tags()
    {
        var bucket = await _s3.BucketAsync();

        (await _s3.GetAsync($"{bucket}/none?tagging")).Refused(404, "NoSuchKey");
        (await _s3.PutAsync($"{bucket}/none?tagging", Body(("a", "1")))).Refused(404, "NoSuchKey");
        (await _s3.DeleteAsync($"{bucket}/none?tagging")).Refused(404, "NoSuchKey");
    }

    async Task<string[]> TagsAsync(string at)
    {
        var answer = (await _s3.GetAsync($"{at}?tagging")).Ok();
        return [.. answer.All("TagSet/Tag/Key").Zip(answer.All("TagSet/Tag/Value"), (key, value) => $"{key}={value}")
            .Order(StringComparer.Ordinal)];
    }

    static string Body(params (string Key, string Value)[] tags) => "<Tagging xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><TagSet>"
        + string.Concat(tags.Select(
            tag => $"<Tag><Key>{SecurityElement.Escape(tag.Key)}</Key><Value>{SecurityElement.Escape(tag.Value)}</Value></Tag>"))
        + "</TagSet></Tagging>";
}
