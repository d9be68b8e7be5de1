using Holdfast.Clients.Tests.Conformance.Wire;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Conformance;

public sealed class BucketTests(ServerUnderTest server)
{
    readonly S3Wire _s3 = server.Wire;

    [Theory]
    [InlineData("ab")]
    [InlineData("this-name-is-a-little-longer-than-sixty-three-characters-so-it-is-no")]
    [InlineData("UpperCase")]
    [InlineData("under_score")]
    [InlineData("-starts-with-dash")]
    [InlineData("ends-with-dash-")]
    [InlineData(".starts-with-dot")]
    [InlineData("ends-with-dot.")]
    [InlineData("two..dots")]
    [InlineData("192.168.1.1")]
    [InlineData("xn--puny")]
    [InlineData("sthree-configurator")]
    [InlineData("amzn-s3-demo-bucket")]
    [InlineData("some-s3alias")]
    [InlineData("some--ol-s3")]
    [InlineData("some.mrap")]
    [InlineData("some--x-s3")]
    [InlineData("white%20space")]
    [InlineData("excl%21mation")]
    [InlineData("%C3%BCmlaut")]
    public async Task A_name_against_the_rules_is_refused(string name) =>
        (await _s3.PutAsync($"/{name}")).Refused(400, "InvalidBucketName");

    [Theory]
    [InlineData("dots.and-dashes")]
    [InlineData("0digits0")]
    [InlineData("123.456.789")]
    public async Task A_name_within_the_rules_is_taken(string prefix)
    {
        var bucket = $"/{Names.Bucket(prefix)}";

        Assert.Equal(bucket, (await _s3.PutAsync(bucket)).Ok()["Location"]);
        (await _s3.HeadAsync(bucket)).Ok();
        (await _s3.GetAsync(bucket)).Ok();
        (await _s3.DeleteAsync(bucket)).Is(204);
    }

    [Fact]
    public async Task A_bucket_of_ones_own_may_be_made_again()
    {
        var bucket = await _s3.BucketAsync();
        await _s3.FillAsync(bucket, "key");

        (await _s3.PutAsync(bucket)).Ok();

        (await _s3.GetAsync($"{bucket}/key")).Ok();
    }

    [Fact]
    public async Task Anothers_bucket_is_neither_made_nor_seen_nor_removed()
    {
        Assert.SkipWhen(server.Other is null, "No second user: set HOLDFAST_TEST_OTHER_ACCESS_KEY and …_SECRET_KEY.");
        var bucket = await _s3.BucketAsync();
        await _s3.FillAsync(bucket, "key");
        WireRequest ByOther(string method, string target) => new(method, target) { By = server.Other, Body = method == "PUT" ? [] : null };

        (await _s3.SendAsync(ByOther("PUT", bucket))).Refused(409, "BucketAlreadyExists");
        (await _s3.SendAsync(ByOther("HEAD", bucket))).Is(403);
        (await _s3.SendAsync(ByOther("GET", bucket))).Refused(403, "AccessDenied");
        (await _s3.SendAsync(ByOther("GET", $"{bucket}/key"))).Refused(403, "AccessDenied");
        (await _s3.SendAsync(ByOther("PUT", $"{bucket}/key"))).Refused(403, "AccessDenied");
        (await _s3.SendAsync(ByOther("DELETE", $"{bucket}/key"))).Refused(403, "AccessDenied");
        (await _s3.SendAsync(ByOther("DELETE", bucket))).Refused(403, "AccessDenied");
        Assert.DoesNotContain(bucket[1..], (await _s3.SendAsync(ByOther("GET", "/"))).Ok().All("Buckets/Bucket/Name"));
    }

    [Theory]
    [InlineData("<CreateBucketConfiguration><LocationConstraint>us-east-1</LocationConstraint></CreateBucketConfiguration>", 200, "")]
    [InlineData("<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>", 200, "")]
    [InlineData(
        "<CreateBucketConfiguration><LocationConstraint>mars-north-1</LocationConstraint></CreateBucketConfiguration>",
        400, "IllegalLocationConstraintException")]
    [InlineData("<CreateBucketConfiguration><Location", 400, "MalformedXML")]
    [InlineData("<SomethingElse/>", 400, "MalformedXML")]
    public async Task The_wish_for_a_place_is_read(string body, int status, string code)
    {
        var answer = await _s3.PutAsync($"/{Names.Bucket()}", body);

        _ = status == 200 ? answer.Ok() : answer.Refused(status, code);
    }

    [Fact]
    public async Task A_bucket_is_removed_only_when_nothing_is_left_in_it()
    {
        var bucket = await _s3.VersionedBucketAsync();
        await _s3.FillAsync(bucket, "key");

        (await _s3.DeleteAsync(bucket)).Refused(409, "BucketNotEmpty");
        var marker = (await _s3.DeleteAsync($"{bucket}/key")).Is(204).VersionId;
        (await _s3.DeleteAsync(bucket)).Refused(409, "BucketNotEmpty"); // a version and a marker are still there
        var versions = (await _s3.GetAsync($"{bucket}?versions")).Ok();
        (await _s3.DeleteAsync($"{bucket}/key?versionId={marker}")).Is(204);
        (await _s3.DeleteAsync($"{bucket}/key?versionId={versions.One("Version/VersionId")}")).Is(204);
        (await _s3.DeleteAsync(bucket)).Is(204);

        (await _s3.DeleteAsync(bucket)).Refused(404, "NoSuchBucket");
    }

    [Fact]
    public async Task The_location_of_the_first_region_is_empty()
    {
        var location = (await _s3.GetAsync($"{await _s3.BucketAsync()}?location")).Ok();

        Assert.Equal(("LocationConstraint", ""), (location.Xml.Name.LocalName, location.Xml.Value));
    }

    [Fact]
    public async Task The_head_of_a_bucket_names_its_region_and_has_no_body()
    {
        var head = (await _s3.HeadAsync(await _s3.BucketAsync())).Ok();

        Assert.Equal("us-east-1", head["x-amz-bucket-region"]);
        Assert.Empty((await _s3.HeadAsync("/no-such-bucket-here-at-all")).Is(404).Body);
    }

    [Fact]
    public async Task The_list_of_buckets_has_an_owner_and_pages()
    {
        var prefix = Names.Bucket("page");
        foreach (var i in (int[])[1, 2, 3])
            (await _s3.PutAsync($"/{prefix}-{i}")).Ok();

        var all = (await _s3.GetAsync("/")).Ok();
        var first = (await _s3.GetAsync($"/?max-buckets=2&prefix={prefix}")).Ok();
        var second = (await _s3.GetAsync(
            $"/?max-buckets=2&prefix={prefix}&continuation-token={Keys.InQuery(first.One("ContinuationToken")!)}")).Ok();

        Assert.NotEmpty(all.One("Owner/ID")!);
        Assert.Contains($"{prefix}-3", all.All("Buckets/Bucket/Name"));
        Assert.Equal([$"{prefix}-1", $"{prefix}-2"], first.All("Buckets/Bucket/Name"));
        Assert.Equal([$"{prefix}-3"], second.All("Buckets/Bucket/Name"));
        Assert.Null(second.One("ContinuationToken"));
    }
}
