using System.Net;

namespace Holdfast.Server.Tests.S3;

public sealed class BucketTests(S3Server server) : IClassFixture<S3Server>
{
    [Theory]
    [InlineData("policy", "NoSuchBucketPolicy")]
    [InlineData("policyStatus", "NoSuchBucketPolicy")]
    [InlineData("lifecycle", "NoSuchLifecycleConfiguration")]
    [InlineData("cors", "NoSuchCORSConfiguration")]
    [InlineData("encryption", "ServerSideEncryptionConfigurationNotFoundError")]
    [InlineData("replication", "ReplicationConfigurationNotFoundError")]
    [InlineData("object-lock", "ObjectLockConfigurationNotFoundError")]
    [InlineData("publicAccessBlock", "NoSuchPublicAccessBlockConfiguration")]
    [InlineData("ownershipControls", "OwnershipControlsNotFoundError")]
    [InlineData("website", "NoSuchWebsiteConfiguration")]
    [InlineData("tagging", "NoSuchTagSet")]
    public async Task What_is_not_configured_is_told_by_its_own_error_and_removed_without_one(string subResource, string code)
    {
        var bucket = await server.BucketAsync();

        (await server.Root.GetAsync($"/{bucket}?{subResource}")).Expect(HttpStatusCode.NotFound, code);
        (await server.Root.DeleteAsync($"/{bucket}?{subResource}")).Expect(HttpStatusCode.NoContent);
        (await server.Root.HeadAsync($"/{bucket}")).ExpectOk();
    }

    [Theory]
    [InlineData("notification", "NotificationConfiguration")]
    [InlineData("logging", "BucketLoggingStatus")]
    [InlineData("accelerate", "AccelerateConfiguration")]
    [InlineData("requestPayment", "RequestPaymentConfiguration")]
    [InlineData("versioning", "VersioningConfiguration")]
    [InlineData("location", "LocationConstraint")]
    public async Task What_is_off_is_an_empty_document(string subResource, string root)
    {
        var bucket = await server.BucketAsync();

        Assert.Equal(root, (await server.Root.GetAsync($"/{bucket}?{subResource}")).ExpectOk().Xml.Name.LocalName);
    }

    [Theory]
    [InlineData("retention")]
    [InlineData("legal-hold")]
    public async Task An_object_of_a_bucket_without_lock_says_so(string subResource)
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", "x")).ExpectOk();

        (await server.Root.GetAsync($"/{bucket}/k?{subResource}")).Expect(HttpStatusCode.BadRequest, "InvalidRequest");
    }

    [Fact]
    public async Task A_bucket_is_made_with_tags_and_region_and_refused_with_others()
    {
        var here = "<CreateBucketConfiguration><LocationConstraint>us-east-1</LocationConstraint></CreateBucketConfiguration>";
        var there = here.Replace("us-east-1", "eu-west-9", StringComparison.Ordinal);

        Assert.Equal("/made-here", (await server.Root.PutAsync("/made-here", here)).ExpectOk().Header("Location"));
        (await server.Root.PutAsync("/made-there", there)).Expect(HttpStatusCode.BadRequest, "IllegalLocationConstraintException");
        (await server.Root.PutAsync("/locked", "", ("x-amz-bucket-object-lock-enabled", "true")))
            .Expect(HttpStatusCode.NotImplemented, "NotImplemented");
        Assert.Equal("us-east-1", (await server.Root.HeadAsync("/made-here")).Header("x-amz-bucket-region"));
        (await server.Root.HeadAsync("/made-there")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Tags_of_a_bucket_and_of_an_object_are_set_read_and_removed()
    {
        var bucket = await server.BucketAsync();
        (await server.Root.PutAsync($"/{bucket}/k", "x")).ExpectOk();
        const string document = "<Tagging><TagSet><Tag><Key>k 1</Key><Value>v=+@</Value></Tag></TagSet></Tagging>";

        foreach (var target in (string[])[$"/{bucket}?tagging", $"/{bucket}/k?tagging"])
        {
            Assert.Contains(
                (await server.Root.PutAsync(target, document)).Status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.NoContent]);
            Assert.Equal("v=+@", (await server.Root.GetAsync(target)).ExpectOk().All("Value")[0]);
            (await server.Root.DeleteAsync(target)).Expect(HttpStatusCode.NoContent);
        }

        Assert.Empty((await server.Root.GetAsync($"/{bucket}/k?tagging")).All("Tag"));
        (await server.Root.GetAsync($"/{bucket}/none?tagging")).Expect(HttpStatusCode.NotFound, "NoSuchKey");
        (await server.Root.PutAsync($"/{bucket}/none?tagging", document)).Expect(HttpStatusCode.NotFound, "NoSuchKey");
    }
}
