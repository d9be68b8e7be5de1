using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.DotNet;

public sealed class SdkObjectTests(ServerUnderTest server) : IDisposable
{
    readonly AmazonS3Client _s3 = SdkClient.Create(server.Endpoint);
    readonly Sandbox _sandbox = new();

    public void Dispose()
    {
        _s3.Dispose();
        _sandbox.Dispose();
    }

    [Fact]
    public async Task Buckets_are_made_listed_located_and_removed()
    {
        var bucket = await _s3.CreateBucketAsync();

        var listed = (await _s3.ListBucketsAsync()).Buckets.Single(b => b.BucketName == bucket);
        var location = await _s3.GetBucketLocationAsync(bucket);
        await _s3.HeadBucketAsync(new() { BucketName = bucket });
        await _s3.DeleteBucketAsync(bucket);

        Assert.Equal(DateTimeKind.Utc, listed.CreationDate!.Value.ToUniversalTime().Kind);
        Assert.True(string.IsNullOrEmpty(location.Location.Value));
        var refused = await Assert.ThrowsAsync<NoSuchBucketException>(() => _s3.ListObjectsV2Async(new() { BucketName = bucket }));
        Assert.Equal("NoSuchBucket", refused.ErrorCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200_000)]
    public async Task Bytes_come_back_as_they_went(int length)
    {
        var bucket = await _s3.CreateBucketAsync();
        var bytes = RandomNumberGenerator.GetBytes(length);

        var put = await _s3.PutAsync(bucket, "a b+c%/ü🚀", bytes);
        var got = await _s3.GetAsync(new() { BucketName = bucket, Key = "a b+c%/ü🚀" });

        Assert.Equal(Hashes.Of(bytes), Hashes.Of(got));
        Assert.Equal($"\"{Convert.ToHexStringLower(MD5.HashData(bytes))}\"", put.ETag);
    }

    [Fact]
    public async Task A_large_file_goes_and_comes_in_parts()
    {
        var bucket = await _s3.CreateBucketAsync();
        var file = _sandbox.RandomFile("up", 23 * 1024 * 1024);
        using TransferUtility transfer = new(
            _s3, new TransferUtilityConfig { MinSizeBeforePartUpload = 8 * 1024 * 1024, ConcurrentServiceRequests = 4 });

        await transfer.UploadAsync(file, bucket, "file");
        await transfer.DownloadAsync(_sandbox["down"], bucket, "file");
        var parts = await _s3.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = bucket, Key = "file", PartNumber = 2 });

        Hashes.AssertSameFile(file, _sandbox["down"]);
        Assert.True(parts.PartsCount > 1);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(100, 199)]
    [InlineData(65_530, 65_545)]
    [InlineData(99_999, 200_000)]
    public async Task Ranges_are_the_bytes_asked_for(int first, int last)
    {
        var bucket = await _s3.CreateBucketAsync();
        var bytes = RandomNumberGenerator.GetBytes(100_000);
        await _s3.PutAsync(bucket, "key", bytes);

        var got = await _s3.GetAsync(new() { BucketName = bucket, Key = "key", ByteRange = new(first, last) });

        Assert.Equal(Hashes.Of(bytes.AsSpan()[first..Math.Min(last + 1, bytes.Length)]), Hashes.Of(got));
    }

    [Fact]
    public async Task A_copy_keeps_or_replaces_the_metadata()
    {
        var bucket = await _s3.CreateBucketAsync();
        PutObjectRequest put = new() { BucketName = bucket, Key = "from ü+%", ContentBody = "text", ContentType = "text/x-test" };
        put.Metadata["colour"] = "blue";
        await _s3.PutObjectAsync(put);
        CopyObjectRequest copy = new()
        {
            SourceBucket = bucket,
            SourceKey = "from ü+%",
            DestinationBucket = bucket,
            DestinationKey = "kept",
        };
        CopyObjectRequest replace = new()
        {
            SourceBucket = bucket,
            SourceKey = "from ü+%",
            DestinationBucket = bucket,
            DestinationKey = "replaced",
            MetadataDirective = S3MetadataDirective.REPLACE,
            ContentType = "text/other",
        };

        await _s3.CopyObjectAsync(copy);
        await _s3.CopyObjectAsync(replace);
        var kept = await _s3.GetObjectMetadataAsync(bucket, "kept");
        var replaced = await _s3.GetObjectMetadataAsync(bucket, "replaced");

        Assert.Equal(("text/x-test", "blue"), (kept.Headers.ContentType, kept.Metadata["colour"]));
        Assert.Equal(("text/other", 0), (replaced.Headers.ContentType, replaced.Metadata.Count));
    }

    [Fact]
    public async Task A_large_object_is_copied_part_by_part()
    {
        var bucket = await _s3.CreateBucketAsync();
        var bytes = RandomNumberGenerator.GetBytes(11 * 1024 * 1024);
        await _s3.PutAsync(bucket, "from", bytes);
        var upload = (await _s3.InitiateMultipartUploadAsync(bucket, "to")).UploadId;
        const int Part = 5 * 1024 * 1024;

        List<PartETag> parts = [];
        for (var number = 1; number <= 3; number++)
        {
            var part = await _s3.CopyPartAsync(new()
            {
                SourceBucket = bucket,
                SourceKey = "from",
                DestinationBucket = bucket,
                DestinationKey = "to",
                UploadId = upload,
                PartNumber = number,
                FirstByte = (number - 1) * Part,
                LastByte = Math.Min(number * Part, bytes.Length) - 1,
            });
            parts.Add(new(number, part.ETag));
        }
        await _s3.CompleteMultipartUploadAsync(new() { BucketName = bucket, Key = "to", UploadId = upload, PartETags = parts });

        Assert.Equal(Hashes.Of(bytes), Hashes.Of(await _s3.GetAsync(new() { BucketName = bucket, Key = "to" })));
    }

    [Fact]
    public async Task Folders_of_odd_names_go_up_and_come_down()
    {
        var bucket = await _s3.CreateBucketAsync();
        var up = _sandbox.Tree("up", Names.Odd);
        using TransferUtility transfer = new(_s3);

        await transfer.UploadDirectoryAsync(new()
        {
            BucketName = bucket,
            Directory = up,
            KeyPrefix = "tree",
            SearchPattern = "*",
            SearchOption = SearchOption.AllDirectories,
        });
        await transfer.DownloadDirectoryAsync(new TransferUtilityDownloadDirectoryRequest
        {
            BucketName = bucket,
            S3Directory = "tree",
            LocalDirectory = _sandbox.EmptyFolder("down"),
        });

        Hashes.AssertSameTree(up, _sandbox["down"]);
    }

    // The SDK drops a leading slash, and leaves it to the caller to decode a listing.
    public static TheoryData<string> UnusualKeys =>
        ["a/", "a//b", "a/b/", "new\nline", "\u0001control", "\uFFFE", "🚀", "a+b", "a%20b", "100%", "x?y=z#w", new string('k', 1024)];

    [Theory]
    [MemberData(nameof(UnusualKeys))]
    public async Task Keys_no_file_system_has_are_ordinary_keys(string key)
    {
        var bucket = await _s3.CreateBucketAsync();
        await _s3.PutAsync(bucket, key, "text"u8.ToArray());

        var listed = (await _s3.ListObjectsV2Async(new() { BucketName = bucket, Encoding = EncodingType.Url })).S3Objects.Single().Key;
        var got = await _s3.GetAsync(new() { BucketName = bucket, Key = key });
        await _s3.DeleteObjectAsync(bucket, key);

        Assert.Equal(key, Uri.UnescapeDataString(listed));
        Assert.Equal("text"u8.ToArray(), got);
        await _s3.DeleteBucketAsync(bucket);
    }
}
