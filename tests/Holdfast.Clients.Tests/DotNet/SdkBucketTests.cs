using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.DotNet;

public sealed class SdkBucketTests(ServerUnderTest server) : IDisposable
{
    readonly AmazonS3Client _s3 = SdkClient.Create(server.Endpoint);

    public void Dispose() => _s3.Dispose();

    [Fact]
    public async Task A_key_is_created_once_and_replaced_only_from_the_state_that_was_read()
    {
        var bucket = await _s3.CreateBucketAsync();
        PutObjectRequest Put(string text) => new() { BucketName = bucket, Key = "lock", ContentBody = text };
        var create = Put("one");
        create.IfNoneMatch = "*";
        var first = await _s3.PutObjectAsync(create);
        var replace = Put("two");
        replace.IfMatch = first.ETag;
        await _s3.PutObjectAsync(replace);

        var again = Put("three");
        again.IfNoneMatch = "*";
        var stale = Put("four");
        stale.IfMatch = first.ETag;

        Assert.Equal("PreconditionFailed", (await Assert.ThrowsAsync<AmazonS3Exception>(() => _s3.PutObjectAsync(again))).ErrorCode);
        Assert.Equal("PreconditionFailed", (await Assert.ThrowsAsync<AmazonS3Exception>(() => _s3.PutObjectAsync(stale))).ErrorCode);
        Assert.Equal("two"u8.ToArray(), await _s3.GetAsync(new() { BucketName = bucket, Key = "lock" }));
    }

    [Fact]
    public async Task Versions_are_kept_listed_read_and_restored()
    {
        var bucket = await _s3.CreateBucketAsync();
        await _s3.PutBucketVersioningAsync(new() { BucketName = bucket, VersioningConfig = new() { Status = VersionStatus.Enabled } });
        var first = await _s3.PutAsync(bucket, "v", "one"u8.ToArray());
        await _s3.PutAsync(bucket, "v", "two"u8.ToArray());

        var gone = await _s3.DeleteObjectAsync(bucket, "v");
        var missing = await Assert.ThrowsAsync<NoSuchKeyException>(() => _s3.GetObjectAsync(bucket, "v"));
        var versions = (await _s3.ListVersionsAsync(bucket)).Versions;
        var old = await _s3.GetAsync(new() { BucketName = bucket, Key = "v", VersionId = first.VersionId });
        await _s3.DeleteObjectAsync(bucket, "v", gone.VersionId);

        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal("true", gone.DeleteMarker);
        Assert.Equal([true, false, false], versions.Select(v => v.IsDeleteMarker ?? false));
        Assert.Equal("one"u8.ToArray(), old);
        Assert.Equal("two"u8.ToArray(), await _s3.GetAsync(new() { BucketName = bucket, Key = "v" }));
    }

    [Fact]
    public async Task More_than_a_thousand_objects_are_paged_and_deleted_in_bulk()
    {
        var bucket = await _s3.CreateBucketAsync();
        var keys = Enumerable.Range(0, 1050).Select(i => $"{i:0000} & <{i % 10}>").ToList();
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (key, ct) => await _s3.PutObjectAsync(new() { BucketName = bucket, Key = key, ContentBody = "x" }, ct));

        List<string> listed = [];
        await foreach (var entry in _s3.Paginators.ListObjectsV2(new() { BucketName = bucket }).S3Objects)
            listed.Add(entry.Key);
        foreach (var batch in keys.Chunk(1000))
            await _s3.DeleteObjectsAsync(new() { BucketName = bucket, Objects = [.. batch.Select(key => new KeyVersion { Key = key })] });
        await _s3.DeleteBucketAsync(bucket);

        Assert.Equal(keys, listed);
    }

    [Fact]
    public async Task Tags_and_metadata_come_back_as_they_went()
    {
        var bucket = await _s3.CreateBucketAsync();
        PutObjectRequest put = new()
        {
            BucketName = bucket,
            Key = "key",
            ContentBody = "x",
            TagSet = [new() { Key = "größe", Value = "sehr groß" }],
        };
        put.Metadata["title"] = "plain words";
        put.Headers.CacheControl = "max-age=60";
        put.Headers.ContentDisposition = "attachment; filename=\"x y.txt\"";
        await _s3.PutObjectAsync(put);

        var head = await _s3.GetObjectMetadataAsync(bucket, "key");
        var tags = (await _s3.GetObjectTaggingAsync(new() { BucketName = bucket, Key = "key" })).Tagging;
        await _s3.DeleteObjectTaggingAsync(new() { BucketName = bucket, Key = "key" });

        Assert.Equal("plain words", head.Metadata["title"]);
        Assert.Equal("max-age=60", head.Headers.CacheControl);
        Assert.Equal("attachment; filename=\"x y.txt\"", head.Headers.ContentDisposition);
        Assert.Equal(("größe", "sehr groß"), (tags[0].Key, tags[0].Value));
        Assert.Empty((await _s3.GetObjectTaggingAsync(new() { BucketName = bucket, Key = "key" })).Tagging ?? []);
    }

    [Fact]
    public async Task Presigned_addresses_upload_and_download()
    {
        var bucket = await _s3.CreateBucketAsync();
        var bytes = RandomNumberGenerator.GetBytes(5000);
        string Sign(HttpVerb verb) => _s3.GetPreSignedURL(new()
        {
            BucketName = bucket,
            Key = "with space+plus ü",
            Verb = verb,
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5),
            Protocol = server.Endpoint.IsHttps ? Amazon.S3.Protocol.HTTPS : Amazon.S3.Protocol.HTTP,
        });
        using var http = SdkClient.CreateHttp(server.Endpoint.CaFile);

        using var put = await http.PutAsync(Sign(HttpVerb.PUT), new ByteArrayContent(bytes));
        var got = await http.GetByteArrayAsync(Sign(HttpVerb.GET));
        using var forged = await http.GetAsync(Sign(HttpVerb.GET) + "0");

        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        Assert.Equal(Hashes.Of(bytes), Hashes.Of(got));
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
    }

    [Theory]
    [InlineData("CRC32", 0)]
    [InlineData("SHA1", 70_000)]
    [InlineData("SHA256", 200_000)]
    public async Task A_checksum_chosen_at_upload_is_kept_and_checked_at_download(string algorithm, int length)
    {
        var bucket = await _s3.CreateBucketAsync();
        var bytes = RandomNumberGenerator.GetBytes(length);
        PutObjectRequest put = new()
        {
            BucketName = bucket,
            Key = "key",
            InputStream = new MemoryStream(bytes),
            ChecksumAlgorithm = ChecksumAlgorithm.FindValue(algorithm),
        };

        var answer = await _s3.PutObjectAsync(put);
        var got = await _s3.GetAsync(new() { BucketName = bucket, Key = "key", ChecksumMode = ChecksumMode.ENABLED });
        var attributes = await _s3.GetObjectAttributesAsync(
            new() { BucketName = bucket, Key = "key", ObjectAttributes = [ObjectAttributes.Checksum, ObjectAttributes.ObjectSize] });

        Assert.Equal(Hashes.Of(bytes), Hashes.Of(got));
        Assert.Equal(length, attributes.ObjectSize);
        string?[] sent = [answer.ChecksumCRC32, answer.ChecksumCRC32C, answer.ChecksumSHA1, answer.ChecksumSHA256];
        string?[] kept =
        [
            attributes.Checksum.ChecksumCRC32, attributes.Checksum.ChecksumCRC32C, attributes.Checksum.ChecksumSHA1,
            attributes.Checksum.ChecksumSHA256,
        ];
        Assert.Equal(sent, kept);
        Assert.Contains(sent, value => value is not null);
    }
}
