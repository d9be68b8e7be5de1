using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;
using Holdfast.Protocol.S3;

namespace Holdfast.Core.Tests.Protocol.S3;

public sealed class S3WordsTests
{
    [Fact]
    public void Every_refusal_has_its_own_row()
    {
        foreach (var error in Enum.GetValues<StoreError>())
        {
            var row = S3Errors.Of(error);
            Assert.InRange(row.Status, 400, 503);
            Assert.Equal(error is StoreError.Internal or StoreError.BlobDamaged, row.Code == "InternalError");
            Assert.False(error.IsRetryable() && row.Status == 403, $"{error} can be retried, which 403 denies");
        }
    }

    [Theory]
    [InlineData(StoreError.AccessKeyUnknown, "InvalidAccessKeyId", 403)]
    [InlineData(StoreError.StorageFull, "ServiceUnavailable", 503)]
    [InlineData(StoreError.LengthRequired, "MissingContentLength", 411)]
    [InlineData(StoreError.NoSuchObjectRetention, "NoSuchObjectLockConfiguration", 404)]
    [InlineData(StoreError.NotImplemented, "NotImplemented", 501)]
    public void Codes_are_those_of_s3(StoreError error, string code, int status) =>
        Assert.Equal(new S3Error(code, status), S3Errors.Of(error));

    [Fact]
    public void Version_ids_come_back_and_nothing_else_does()
    {
        var id = new VersionId(1234567, -5);
        Assert.Equal(32, id.ToString().Length);
        Assert.Equal(id, VersionId.Parse(id.ToString()));
        Assert.Equal("null", VersionId.Null.ToString());
        Assert.True(VersionId.Parse("null").IsNull);
        foreach (var bad in new[] { "", "NULL", "x", new string('0', 32), new string('f', 32), new string('A', 32), new string('1', 33) })
        {
            var refusal = Assert.Throws<StoreException>(() => VersionId.Parse(bad));
            Assert.Equal((StoreError.InvalidArgument, "Invalid version id specified"), (refusal.Error, refusal.Message));
        }
    }

    [Fact]
    public void Known_sub_resources_are_found_and_other_names_are_not()
    {
        Assert.Equal("policy", SubResources.Find(RequestQuery.Parse("x-id=GetBucketPolicy&policy")));
        Assert.Equal("uploadId", SubResources.Find(RequestQuery.Parse("partNumber=1&uploadId=abc")));
        Assert.Null(SubResources.Find(RequestQuery.Parse("list-type=2&prefix=acl&versionId=1&response-expires=1&X-Amz-Date=1")));
    }

    [Theory]
    [InlineData("/bucket/key", "bucket", "key", null)]
    [InlineData("bucket/a%2Fb+c/", "bucket", "a/b+c/", null)]
    [InlineData("bucket%2Fkey?versionId=null", "bucket", "key", "null")]
    [InlineData("/bucket//k%3FversionId=3", "bucket", "/k?versionId=3", null)]
    public void A_copy_source_names_bucket_key_and_version(string header, string bucket, string key, string? version)
    {
        var source = CopySource.Parse(header);
        Assert.Equal((bucket, key, version), (source.Bucket.ToString(), source.Key.ToString(), source.Version?.ToString()));
    }

    [Theory]
    [InlineData("", StoreError.InvalidArgument)]
    [InlineData("/", StoreError.InvalidArgument)]
    [InlineData("bucket", StoreError.InvalidArgument)]
    [InlineData("/bucket/", StoreError.InvalidArgument)]
    [InlineData("//key", StoreError.InvalidArgument)]
    [InlineData("B/key", StoreError.InvalidBucketName)]
    [InlineData("bucket/%zz", StoreError.InvalidUri)]
    [InlineData("bucket/key?versionId=7", StoreError.InvalidArgument)]
    public void A_bad_copy_source_is_refused(string header, StoreError error) =>
        Assert.Equal(error, Assert.Throws<StoreException>(() => CopySource.Parse(header)).Error);
}
