using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Aws;

public sealed class AwsCliObjectTests(ServerUnderTest server) : IDisposable
{
    const int Large = 20 * 1024 * 1024; // the command line goes multipart from 8 MiB on

    readonly AwsCli _aws = new(server.Endpoint);

    public void Dispose() => _aws.Dispose();

    [Fact]
    public async Task Buckets_are_made_listed_located_and_removed()
    {
        var bucket = await _aws.CreateBucketAsync();

        (await _aws.RunAsync("s3", "ls")).Says(bucket);
        await _aws.RunAsync("s3api", "head-bucket", "--bucket", bucket);
        var location = await _aws.ApiAsync("get-bucket-location", "--bucket", bucket);
        await _aws.RunAsync("s3", "rb", $"s3://{bucket}");

        Assert.Null(location!["LocationConstraint"]);
        (await _aws.TryAsync("s3api", "head-bucket", "--bucket", bucket)).Refused("404");
        (await _aws.TryAsync("s3", "ls", $"s3://{bucket}")).Refused("NoSuchBucket");
    }

    [Fact]
    public async Task A_bucket_with_objects_is_not_removed_unless_forced()
    {
        var bucket = await _aws.CreateBucketAsync();
        await _aws.RunAsync("s3", "cp", _aws.Sandbox.RandomFile("f", 10), $"s3://{bucket}/f");

        (await _aws.TryAsync("s3", "rb", $"s3://{bucket}")).Refused("BucketNotEmpty");
        await _aws.RunAsync("s3", "rb", "--force", $"s3://{bucket}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(70_000)]
    [InlineData(Large + 12_345)]
    public async Task Files_come_back_as_they_went(int length)
    {
        var bucket = await _aws.CreateBucketAsync();
        var file = _aws.Sandbox.RandomFile("up", length);

        await _aws.RunAsync("s3", "cp", file, $"s3://{bucket}/file");
        await _aws.RunAsync("s3", "cp", $"s3://{bucket}/file", _aws.Sandbox["down"]);

        Hashes.AssertSameFile(file, _aws.Sandbox["down"]);
    }

    [Fact]
    public async Task Streams_of_unknown_length_come_back_as_they_went()
    {
        var bucket = await _aws.CreateBucketAsync();
        var file = _aws.Sandbox.RandomFile("up", Large);

        await _aws.RunAsync(await File.ReadAllBytesAsync(file), "s3", "cp", "-", $"s3://{bucket}/stream");
        var down = await _aws.RunAsync("s3", "cp", $"s3://{bucket}/stream", "-");

        Assert.Equal(Hashes.OfFile(file), Hashes.Of(down.Output));
    }

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=1000-1999", 1000, 1000)]
    [InlineData("bytes=69999-", 69_999, 1)]
    [InlineData("bytes=-5", 69_995, 5)]
    [InlineData("bytes=65530-65545", 65_530, 16)]
    public async Task Ranges_are_the_bytes_asked_for(string range, int offset, int length)
    {
        var bucket = await _aws.CreateBucketAsync();
        var file = _aws.Sandbox.RandomFile("up", 70_000);
        await _aws.RunAsync("s3", "cp", file, $"s3://{bucket}/file");

        var answer = await _aws.ApiAsync("get-object", "--bucket", bucket, "--key", "file", "--range", range, _aws.Sandbox["part"]);

        Assert.Equal(Hashes.Of(File.ReadAllBytes(file).AsSpan(offset, length)), Hashes.OfFile(_aws.Sandbox["part"]));
        Assert.Equal($"bytes {offset}-{offset + length - 1}/70000", (string?)answer!["ContentRange"]);
    }

    [Theory]
    [InlineData(3000)]
    [InlineData(Large)] // copied part by part
    public async Task Copies_and_moves_keep_the_bytes_and_the_metadata(int length)
    {
        var bucket = await _aws.CreateBucketAsync();
        var file = _aws.Sandbox.RandomFile("up", length);
        await _aws.RunAsync("s3", "cp", file, $"s3://{bucket}/a b+c%", "--metadata", "colour=blue", "--content-type", "text/x-test");

        await _aws.RunAsync("s3", "cp", $"s3://{bucket}/a b+c%", $"s3://{bucket}/copy ü");
        await _aws.RunAsync("s3", "mv", $"s3://{bucket}/copy ü", $"s3://{bucket}/moved");
        var head = await _aws.ApiAsync("head-object", "--bucket", bucket, "--key", "moved");
        await _aws.RunAsync("s3", "cp", $"s3://{bucket}/moved", _aws.Sandbox["down"]);

        Hashes.AssertSameFile(file, _aws.Sandbox["down"]);
        Assert.Equal("blue", (string?)head!["Metadata"]!["colour"]);
        Assert.Equal("text/x-test", (string?)head["ContentType"]);
        (await _aws.TryAsync("s3api", "head-object", "--bucket", bucket, "--key", "copy ü")).Refused("404");
    }

    [Fact]
    public async Task A_multipart_upload_by_hand_can_be_listed_completed_and_aborted()
    {
        var bucket = await _aws.CreateBucketAsync();
        var file = _aws.Sandbox.RandomFile("part", 6 * 1024 * 1024);
        string[] target = ["--bucket", bucket, "--key", "by/hand"];
        var upload = (string)(await _aws.ApiAsync(["create-multipart-upload", .. target]))!["UploadId"]!;
        var other = (string)(await _aws.ApiAsync(["create-multipart-upload", .. target]))!["UploadId"]!;

        var part = await _aws.ApiAsync(["upload-part", .. target, "--upload-id", upload, "--part-number", "1", "--body", file]);
        var parts = await _aws.ApiAsync(["list-parts", .. target, "--upload-id", upload]);
        var uploads = await _aws.ApiAsync("list-multipart-uploads", "--bucket", bucket);
        var list = $$"""{"Parts":[{"PartNumber":1,"ETag":{{part!["ETag"]!.ToJsonString()}}}]}""";
        var done = await _aws.ApiAsync(["complete-multipart-upload", .. target, "--upload-id", upload, "--multipart-upload", list]);
        await _aws.RunAsync(["s3api", "abort-multipart-upload", .. target, "--upload-id", other]);

        Assert.Equal(6 * 1024 * 1024, (int)parts!["Parts"]![0]!["Size"]!);
        Assert.Equal(2, uploads!["Uploads"]!.AsArray().Count);
        Assert.EndsWith("-1\"", (string)done!["ETag"]!, StringComparison.Ordinal);
        (await _aws.TryAsync(["s3api", "list-parts", .. target, "--upload-id", other])).Refused("NoSuchUpload");
    }

    [Fact]
    public async Task A_presigned_address_serves_the_object_to_anyone()
    {
        var bucket = await _aws.CreateBucketAsync();
        var file = _aws.Sandbox.RandomFile("up", 5000);
        await _aws.RunAsync("s3", "cp", file, $"s3://{bucket}/with space+plus ü");
        ClientProgram curl = new(Installed.Curl, _aws.Sandbox);

        var url = await _aws.RunAsync("s3", "presign", $"s3://{bucket}/with space+plus ü", "--expires-in", "60");
        var down = await curl.RunAsync(["-sSf", .. server.Endpoint.CaFile is { } ca ? ["--cacert", ca] : Array.Empty<string>(), url.Text]);

        Assert.Equal(Hashes.OfFile(file), Hashes.Of(down.Output));
    }
}
