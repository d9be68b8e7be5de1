using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

/// <summary>The shape of errors, and sub-resources that are not there.</summary>
public sealed class ErrorTests(ServerUnderTest server)
{
    readonly S3Wire _s3 = server.Wire;

    [Fact]
    public async Task An_error_says_what_where_and_which_request()
    {
        var bucket = await _s3.BucketAsync();

        var error = (await _s3.GetAsync($"{bucket}/a%20key")).Refused(404, "NoSuchKey");

        Assert.StartsWith("application/xml", error["Content-Type"], StringComparison.Ordinal);
        Assert.Equal("", error.Xml.Name.NamespaceName);
        Assert.NotEmpty(error.One("Message")!);
        Assert.Equal($"{bucket}/a%20key", error.One("Resource"));
        Assert.NotEmpty(error.One("RequestId")!);
        Assert.Equal(error["x-amz-id-2"], error.One("HostId"));
    }

    [Fact]
    public async Task Every_answer_has_a_request_id_of_its_own()
    {
        var bucket = await _s3.BucketAsync();
        WireAnswer[] answers =
        [
            await _s3.PutAsync($"{bucket}/key"), await _s3.GetAsync($"{bucket}/key"), await _s3.HeadAsync($"{bucket}/none"),
            await _s3.GetAsync(bucket),
            await _s3.DeleteAsync($"{bucket}/key"), await _s3.SendAsync(new("GET", bucket)), await _s3.GetAsync("/"),
        ];

        Assert.All(answers, answer => Assert.NotEmpty(answer["x-amz-id-2"] ?? ""));
        Assert.Equal(
            answers.Length, answers.Select(answer => answer["x-amz-request-id"] ?? "").Where(id => id.Length > 0).Distinct().Count());
    }

    [Theory]
    [InlineData("policy", 404, "NoSuchBucketPolicy")]
    [InlineData("lifecycle", 404, "NoSuchLifecycleConfiguration")]
    [InlineData("cors", 404, "NoSuchCORSConfiguration")]
    [InlineData("encryption", 404, "ServerSideEncryptionConfigurationNotFoundError")]
    [InlineData("replication", 404, "ReplicationConfigurationNotFoundError")]
    [InlineData("object-lock", 404, "ObjectLockConfigurationNotFoundError")]
    [InlineData("publicAccessBlock", 404, "NoSuchPublicAccessBlockConfiguration")]
    [InlineData("ownershipControls", 404, "OwnershipControlsNotFoundError")]
    [InlineData("website", 404, "NoSuchWebsiteConfiguration")]
    [InlineData("tagging", 404, "NoSuchTagSet")]
    public async Task What_was_not_configured_is_said_so(string name, int status, string code) =>
        (await _s3.GetAsync($"{await _s3.BucketAsync()}?{name}")).Refused(status, code);

    [Theory]
    [InlineData("GET", "?accelerate")]
    [InlineData("GET", "?analytics&id=a")]
    [InlineData("GET", "?intelligent-tiering&id=a")]
    [InlineData("GET", "?inventory&id=a")]
    [InlineData("GET", "?logging")]
    [InlineData("GET", "?metrics&id=a")]
    [InlineData("GET", "?notification")]
    [InlineData("GET", "?requestPayment")]
    [InlineData("PUT", "?policy")]
    [InlineData("PUT", "?lifecycle")]
    [InlineData("PUT", "?cors")]
    [InlineData("PUT", "?website")]
    [InlineData("PUT", "?notification")]
    [InlineData("PUT", "?replication")]
    [InlineData("PUT", "?encryption")]
    [InlineData("GET", "/key?torrent")]
    [InlineData("GET", "/key?legal-hold")]
    [InlineData("GET", "/key?retention")]
    [InlineData("PUT", "/key?legal-hold")]
    [InlineData("PUT", "/key?retention")]
    [InlineData("POST", "/key?restore")]
    [InlineData("POST", "/key?select&select-type=2")]
    [InlineData("DELETE", "?policy")]
    [InlineData("DELETE", "?lifecycle")]
    [InlineData("DELETE", "/key?annotation")]
    public async Task A_known_sub_resource_is_never_taken_for_another_operation(string method, string rest)
    {
        var bucket = await _s3.BucketAsync();
        await _s3.PutAsync($"{bucket}/key", "text");

        var answer = await _s3.SendAsync(
            new(method, bucket + rest) { By = _s3.Me, Body = method is "GET" or "DELETE" ? null : "<Made><Up/></Made>"u8.ToArray() });

        Assert.NotEqual("text", answer.Text);
        Assert.DoesNotContain("ListBucketResult", answer.Text, StringComparison.Ordinal);
        Assert.True(answer.Status is < 500 or 501, answer.ToString());
        Assert.Equal("text", (await _s3.GetAsync($"{bucket}/key")).Ok().Text);
        Assert.Equal(["key"], (await _s3.GetAsync(bucket)).Ok().All("Contents/Key"));
    }

    [Theory]
    [InlineData("PUT", "/key?policy")]
    [InlineData("PUT", "/key?cors")]
    [InlineData("PUT", "/key?versioning")]
    [InlineData("PUT", "/key?uploads")]
    [InlineData("PUT", "/key?delete")]
    [InlineData("PUT", "/key?attributes")]
    [InlineData("PUT", "/key?uploadId=x")]
    [InlineData("PUT", "/key?torrent")]
    public async Task A_write_to_a_sub_resource_stores_no_object(string method, string rest)
    {
        var bucket = await _s3.BucketAsync();

        Assert.InRange(
            (await _s3.SendAsync(new(method, bucket + rest) { By = _s3.Me, Body = "<Made><Up/></Made>"u8.ToArray() })).Status, 400, 501);

        Assert.Empty((await _s3.GetAsync(bucket)).Ok().All("Contents/Key"));
    }

    [Theory]
    [InlineData("PATCH", "/key")]
    [InlineData("POST", "/key")]
    [InlineData("PUT", "")]
    [InlineData("TRACE", "/key")]
    [InlineData("BREW", "/key")]
    public async Task A_method_that_is_none_is_refused(string method, string rest)
    {
        var bucket = await _s3.BucketAsync();
        var target = rest.Length == 0 ? "/" : bucket + rest;

        var answer = await _s3.SendAsync(new(method, target) { By = _s3.Me, Body = method is "POST" or "PUT" or "PATCH" ? [] : null });

        Assert.InRange(answer.Status, 400, 501);
        Assert.NotEqual(500, answer.Status);
    }

    [Fact]
    public async Task A_stranger_as_expected_owner_is_refused()
    {
        var bucket = await _s3.BucketAsync();

        (await _s3.GetAsync(bucket, ("x-amz-expected-bucket-owner", "000000000000"))).Refused(403, "AccessDenied");
        (await _s3.GetAsync(bucket, ("x-amz-request-payer", "requester"))).Ok();
    }
}
