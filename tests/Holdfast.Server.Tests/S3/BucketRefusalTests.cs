using System.Net;

namespace Holdfast.Server.Tests.S3;

/// <summary>What a bucket cannot be or do is refused when it is asked for, not taken and forgotten.</summary>
public sealed class BucketRefusalTests(S3Server server) : IClassFixture<S3Server>
{
    const string Xsi = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";

    [Theory]
    [InlineData("foo.-bar")]
    [InlineData("foo-.bar")]
    public async Task A_dash_beside_a_dot_is_no_bucket_name(string name) =>
        (await server.Root.PutAsync($"/{name}")).Expect(HttpStatusCode.BadRequest, "InvalidBucketName");

    [Theory]
    [InlineData("", 501, "NotImplemented")]
    [InlineData(
        "<Grant><Grantee {0} xsi:type=\"CanonicalUser\"><ID>nobody-at-all</ID></Grantee><Permission>READ</Permission></Grant>",
        400, "InvalidArgument")]
    [InlineData(
        "<Grant><Grantee {0} xsi:type=\"CanonicalUser\"><ID>bob-id</ID></Grantee><Permission>READ</Permission></Grant>",
        501, "NotImplemented")]
    [InlineData(
        "<Grant><Grantee {0} xsi:type=\"AmazonCustomerByEmail\"><EmailAddress>a@example.com</EmailAddress></Grantee>"
        + "<Permission>READ</Permission></Grant>",
        400, "UnresolvableGrantByEmailAddress")]
    [InlineData(
        "<Grant><Grantee {0} xsi:type=\"Group\"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee>"
        + "<Permission>READ</Permission></Grant>",
        501, "NotImplemented")]
    public async Task An_acl_that_cannot_be_kept_is_refused_and_changes_nothing(string grants, int status, string code)
    {
        var bucket = await server.BucketAsync(server.Alice);
        (await server.Alice.PutAsync($"/{bucket}/k", "x")).ExpectOk();
        var list = grants.Replace("{0}", Xsi, StringComparison.Ordinal);
        var document =
            $"<AccessControlPolicy><Owner><ID>alice-id</ID></Owner><AccessControlList>{list}</AccessControlList></AccessControlPolicy>";

        foreach (var target in (string[])[$"/{bucket}?acl", $"/{bucket}/k?acl"])
        {
            (await server.Alice.PutAsync(target, document)).Expect((HttpStatusCode)status, code);
            Assert.Equal(["FULL_CONTROL"], (await server.Alice.GetAsync(target)).All("Permission"));
        }
    }

    [Theory]
    [InlineData("x-amz-grant-read", "id=alice-id", 501, "NotImplemented")]
    [InlineData("x-amz-grant-full-control", "id=alice-id", 501, "NotImplemented")]
    [InlineData("x-amz-object-ownership", "Somebody", 400, "InvalidArgument")]
    [InlineData("x-amz-object-ownership", "BucketOwnerEnforced", 501, "NotImplemented")]
    [InlineData("x-amz-object-ownership", "BucketOwnerPreferred", 501, "NotImplemented")]
    [InlineData("x-amz-object-ownership", "ObjectWriter", 200, null)]
    public async Task What_a_new_bucket_would_not_do_is_refused(string header, string value, int status, string? code)
    {
        var name = $"{header}-{value.ToLowerInvariant().Replace('=', '-')}";

        var created = await server.Root.PutAsync($"/{name}", "", (header, value));

        Assert.Equal((status, code), ((int)created.Status, created.Code));
        (await server.Root.HeadAsync($"/{name}")).Expect(status == 200 ? HttpStatusCode.OK : HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Creating_a_bucket_again_with_another_acl_sets_it()
    {
        var bucket = await server.BucketAsync(server.Alice, headers: ("x-amz-acl", "public-read"));

        (await server.Alice.PutAsync($"/{bucket}")).ExpectOk();
        (await server.Nobody.PlainAsync("GET", $"/{bucket}")).ExpectOk();
        (await server.Alice.PutAsync($"/{bucket}", "", ("x-amz-acl", "private"))).ExpectOk();
        (await server.Nobody.PlainAsync("GET", $"/{bucket}")).Expect(HttpStatusCode.Forbidden);
        (await server.Bob.PutAsync($"/{bucket}", "", ("x-amz-acl", "public-read"))).Expect(HttpStatusCode.Conflict, "BucketAlreadyExists");
        (await server.Nobody.PlainAsync("GET", $"/{bucket}")).Expect(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Buckets_are_listed_by_region()
    {
        var bucket = await server.BucketAsync(server.Alice);

        Assert.Contains(bucket, (await server.Alice.GetAsync("/?bucket-region=us-east-1")).ExpectOk().All("Name"));
        Assert.Empty((await server.Alice.GetAsync("/?bucket-region=eu-west-9")).ExpectOk().All("Name"));
    }
}
