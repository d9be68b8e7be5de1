using System.Security;
using System.Text;
using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

public sealed class MultiDeleteTests(ServerUnderTest server)
{
    readonly S3Wire _s3 = server.Wire;

    [Fact]
    public async Task Each_key_is_answered_for_and_a_missing_one_counts_as_deleted()
    {
        var bucket = await _s3.BucketAsync();
        await _s3.FillAsync(bucket, "a", "b & <c>", "kept");

        var answer = (await DeleteAsync(bucket, Body(false, "a", "b & <c>", "never was"))).Ok();

        Assert.Equal(["a", "b & <c>", "never was"], answer.All("Deleted/Key").Order(StringComparer.Ordinal));
        Assert.Empty(answer.All("Error/Key"));
        Assert.Equal(["kept"], (await _s3.GetAsync(bucket)).Ok().All("Contents/Key"));
    }

    [Fact]
    public async Task Quiet_answers_only_what_failed()
    {
        var bucket = await _s3.BucketAsync();
        await _s3.FillAsync(bucket, "a");

        var answer = (await DeleteAsync(bucket, Body(true, "a"))).Ok();

        Assert.Equal(("DeleteResult", 0), (answer.Xml.Name.LocalName, answer.Xml.Elements().Count()));
        (await _s3.HeadAsync($"{bucket}/a")).Is(404);
    }

    [Fact]
    public async Task Versions_and_markers_are_named()
    {
        var bucket = await _s3.VersionedBucketAsync();
        var one = (await _s3.PutAsync($"{bucket}/a", "one")).VersionId;

        var hidden = (await DeleteAsync(bucket, Body(false, "a"))).Ok();
        var marker = hidden.One("Deleted/DeleteMarkerVersionId")!;
        var removed = (await DeleteAsync(bucket,
            $"<Delete><Object><Key>a</Key><VersionId>{marker}</VersionId></Object><Object><Key>a</Key><VersionId>{one}</VersionId>"
            + "</Object></Delete>")).Ok();

        Assert.Equal("true", hidden.One("Deleted/DeleteMarker"));
        Assert.Equal(new[] { marker, one }.Order(), removed.All("Deleted/VersionId").Order());
        Assert.Equal([marker], removed.All("Deleted/DeleteMarkerVersionId"));
        Assert.Empty((await _s3.GetAsync($"{bucket}?versions")).Ok().All("Version/Key"));
    }

    [Fact]
    public async Task A_wrong_version_is_an_error_of_its_own()
    {
        var bucket = await _s3.VersionedBucketAsync();
        await _s3.FillAsync(bucket, "a", "b");

        var answer = (await DeleteAsync(
            bucket,
            "<Delete><Object><Key>a</Key><VersionId>not-a-version!</VersionId></Object><Object><Key>b</Key></Object></Delete>")).Ok();

        Assert.Equal(["a"], answer.All("Error/Key"));
        Assert.Equal(["b"], answer.All("Deleted/Key"));
        Assert.Contains(answer.One("Error/Code"), new[] { "InvalidArgument", "NoSuchVersion" });
        (await _s3.GetAsync($"{bucket}/a")).Ok();
    }

    [Theory]
    [InlineData(1000, 200)]
    [InlineData(1001, 400)]
    public async Task At_most_a_thousand_keys_go_at_once(int count, int status)
    {
        var bucket = await _s3.BucketAsync();

        var answer = await DeleteAsync(bucket, Body(false, Enumerable.Range(0, count).Select(i => $"{i}")));

        _ = status == 200 ? answer.Ok() : answer.Refused(400, "MalformedXML");
    }

    [Theory]
    [InlineData("")]
    [InlineData("<Delete>")]
    [InlineData("<Delete></Delete>")]
    [InlineData("<Delete><Object></Object></Delete>")]
    [InlineData("<Delete><Object><Key></Key></Object></Delete>")]
    [InlineData("<!DOCTYPE d [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Delete><Object><Key>&e;</Key></Object></Delete>")]
    public async Task A_wrong_body_is_refused(string body)
    {
        var bucket = await _s3.BucketAsync();

        Assert.Contains(
            (await DeleteAsync(bucket, body)).Is(400).One("Code"),
            new[] { "MalformedXML", "UserKeyMustBeSpecified", "MissingRequestBodyError" });
    }

    [Theory]
    [InlineData("Content-MD5")]
    [InlineData("x-amz-checksum-crc32")]
    [InlineData("x-amz-checksum-crc32c")]
    [InlineData("x-amz-checksum-crc64nvme")]
    [InlineData("x-amz-checksum-sha1")]
    [InlineData("x-amz-checksum-sha256")]
    public async Task Any_checksum_will_do_but_it_must_be_right(string name)
    {
        var bucket = await _s3.BucketAsync();
        await _s3.FillAsync(bucket, "a");
        var body = Body(false, "a");
        string Sum(string text) => name == "Content-MD5"
            ? Sums.Md5(Encoding.UTF8.GetBytes(text))
            : Sums.Of(name["x-amz-checksum-".Length..], Encoding.UTF8.GetBytes(text));

        (await _s3.PostAsync($"{bucket}?delete", body, (name, Sum("another body")))).Refused(400, "BadDigest");
        (await _s3.HeadAsync($"{bucket}/a")).Ok();
        (await _s3.PostAsync($"{bucket}?delete", body, (name, Sum(body)))).Ok();

        (await _s3.HeadAsync($"{bucket}/a")).Is(404);
    }

    [Fact]
    public async Task Without_any_checksum_nothing_is_deleted()
    {
        var bucket = await _s3.BucketAsync();
        await _s3.FillAsync(bucket, "a");

        (await _s3.PostAsync($"{bucket}?delete", Body(false, "a"))).Refused(400, "InvalidRequest");

        (await _s3.HeadAsync($"{bucket}/a")).Ok();
    }

    Task<WireAnswer> DeleteAsync(string bucket, string body) =>
        _s3.PostAsync($"{bucket}?delete", body, ("Content-MD5", Sums.Md5(Encoding.UTF8.GetBytes(body))));

    static string Body(bool quiet, params IEnumerable<string> keys) =>
        $"<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{(quiet ? "<Quiet>true</Quiet>" : "")}"
        + string.Concat(keys.Select(key => $"<Object><Key>{SecurityElement.Escape(key)}</Key></Object>")) + "</Delete>";
}
