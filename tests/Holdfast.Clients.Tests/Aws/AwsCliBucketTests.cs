using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Aws;

public sealed class AwsCliBucketTests(ServerUnderTest server) : IDisposable
{
    readonly AwsCli _aws = new(server.Endpoint);

    public void Dispose() => _aws.Dispose();

    [Fact]
    public async Task A_tree_of_odd_names_syncs_up_and_down()
    {
        var bucket = await _aws.CreateBucketAsync();
        var up = _aws.Sandbox.Tree("up", Names.Odd);

        await _aws.RunAsync("s3", "sync", up, $"s3://{bucket}/tree");
        var again = await _aws.RunAsync("s3", "sync", up, $"s3://{bucket}/tree");
        await _aws.RunAsync("s3", "sync", $"s3://{bucket}/tree", _aws.Sandbox.EmptyFolder("down"));

        Hashes.AssertSameTree(up, _aws.Sandbox["down"]);
        Assert.Empty(again.Lines);
    }

    [Fact]
    public async Task Sync_with_delete_removes_what_is_gone()
    {
        var bucket = await _aws.CreateBucketAsync();
        var up = _aws.Sandbox.Tree("up", ["keep", "go", "folder/go"]);
        await _aws.RunAsync("s3", "sync", up, $"s3://{bucket}");
        File.Delete(Path.Combine(up, "go"));
        File.Delete(Path.Combine(up, "folder/go"));

        await _aws.RunAsync("s3", "sync", "--delete", up, $"s3://{bucket}");
        var left = await _aws.RunAsync("s3", "ls", "--recursive", $"s3://{bucket}");

        Assert.EndsWith(" keep", Assert.Single(left.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_no_file_system_has_are_ordinary_keys()
    {
        var bucket = await _aws.CreateBucketAsync();
        string[] keys =
        [
            "a", "a/", "a//b", "a/b", "a/b/", "//", "../up", "./here", "x/../y", "new\nline", "tab\there", $"long/{new string('s', 600)}",
        ];
        foreach (var (key, i) in keys.Select((key, i) => (key, i)))
            await _aws.ApiAsync("put-object", "--bucket", bucket, "--key", key, "--body", _aws.Sandbox.RandomFile($"f{i}", i + 1));

        var list = await _aws.ApiAsync("list-objects-v2", "--bucket", bucket);
        var listed = list!["Contents"]!.AsArray().Select(entry => (string)entry!["Key"]!);

        Assert.Equal(keys.Order(StringComparer.Ordinal), listed);
        foreach (var (key, i) in keys.Select((key, i) => (key, i)))
        {
            await _aws.ApiAsync("get-object", "--bucket", bucket, "--key", key, _aws.Sandbox["down"]);
            Hashes.AssertSameFile(_aws.Sandbox[$"f{i}"], _aws.Sandbox["down"]);
        }
    }

    [Fact]
    public async Task More_than_a_thousand_objects_are_listed_and_deleted()
    {
        var bucket = await _aws.CreateBucketAsync();
        var up = _aws.Sandbox.Tree("up", Enumerable.Range(0, 1005).Select(i => $"{i % 7}/{i:0000}"));
        await _aws.RunAsync("s3", "sync", "--only-show-errors", up, $"s3://{bucket}");

        var before = await _aws.RunAsync("s3", "ls", "--recursive", $"s3://{bucket}");
        await _aws.RunAsync("s3", "rm", "--recursive", "--only-show-errors", $"s3://{bucket}");
        await _aws.RunAsync("s3", "rb", $"s3://{bucket}");

        Assert.Equal(1005, before.Lines.Length);
    }

    [Fact]
    public async Task Bulk_delete_answers_for_each_key()
    {
        var bucket = await _aws.CreateBucketAsync();
        await _aws.ApiAsync("put-object", "--bucket", bucket, "--key", "here & <there>");

        var answer = await _aws.ApiAsync("delete-objects", "--bucket", bucket, "--delete",
            """{"Objects":[{"Key":"here & <there>"},{"Key":"never was"}]}""");

        Assert.Equal(["here & <there>", "never was"], answer!["Deleted"]!.AsArray().Select(entry => (string)entry!["Key"]!).Order());
    }

    [Fact]
    public async Task Versions_are_kept_listed_read_and_restored()
    {
        var bucket = await _aws.CreateBucketAsync();
        string[] target = ["--bucket", bucket, "--key", "v"];
        await _aws.RunAsync("s3api", "put-bucket-versioning", "--bucket", bucket, "--versioning-configuration", "Status=Enabled");
        var first = await _aws.ApiAsync(["put-object", .. target, "--body", _aws.Sandbox.RandomFile("one", 100)]);
        await _aws.ApiAsync(["put-object", .. target, "--body", _aws.Sandbox.RandomFile("two", 200)]);

        var gone = await _aws.ApiAsync(["delete-object", .. target]);
        var missing = await _aws.TryAsync(["s3api", "get-object", .. target, _aws.Sandbox["none"]]);
        var list = await _aws.ApiAsync("list-object-versions", "--bucket", bucket);
        await _aws.ApiAsync(["get-object", .. target, "--version-id", (string)first!["VersionId"]!, _aws.Sandbox["old"]]);
        await _aws.ApiAsync(["delete-object", .. target, "--version-id", (string)gone!["VersionId"]!]);
        await _aws.ApiAsync(["get-object", .. target, _aws.Sandbox["current"]]);

        missing.Refused("NoSuchKey");
        Assert.Equal("Enabled", (string?)(await _aws.ApiAsync("get-bucket-versioning", "--bucket", bucket))!["Status"]);
        Assert.Equal(2, list!["Versions"]!.AsArray().Count);
        Assert.True((bool)Assert.Single(list["DeleteMarkers"]!.AsArray())!["IsLatest"]!);
        Hashes.AssertSameFile(_aws.Sandbox["one"], _aws.Sandbox["old"]);
        Hashes.AssertSameFile(_aws.Sandbox["two"], _aws.Sandbox["current"]);
    }

    [Fact]
    public async Task Tags_are_set_read_and_removed()
    {
        var bucket = await _aws.CreateBucketAsync();
        string[] target = ["--bucket", bucket, "--key", "t"];
        await _aws.ApiAsync(["put-object", .. target, "--tagging", "first=1"]);

        var first = await _aws.ApiAsync(["get-object-tagging", .. target]);
        const string Tags = """{"TagSet":[{"Key":"größe","Value":"sehr groß"},{"Key":"b","Value":""}]}""";
        await _aws.ApiAsync(["put-object-tagging", .. target, "--tagging", Tags]);
        var second = await _aws.ApiAsync(["get-object-tagging", .. target]);
        await _aws.ApiAsync(["delete-object-tagging", .. target]);
        var third = await _aws.ApiAsync(["get-object-tagging", .. target]);
        await _aws.ApiAsync("put-bucket-tagging", "--bucket", bucket, "--tagging", "TagSet=[{Key=team,Value=red}]");
        var ofBucket = await _aws.ApiAsync("get-bucket-tagging", "--bucket", bucket);

        Assert.Equal("first", (string?)first!["TagSet"]![0]!["Key"]);
        Assert.Equal(["", "sehr groß"], second!["TagSet"]!.AsArray().Select(tag => (string)tag!["Value"]!).Order(StringComparer.Ordinal));
        Assert.Empty(third!["TagSet"]!.AsArray());
        Assert.Equal("red", (string?)ofBucket!["TagSet"]![0]!["Value"]);
    }

    [Theory]
    [InlineData("SHA256", "ChecksumSHA256")]
    [InlineData("SHA1", "ChecksumSHA1")]
    [InlineData("CRC32", "ChecksumCRC32")]
    public async Task A_checksum_chosen_at_upload_is_kept(string algorithm, string field)
    {
        var bucket = await _aws.CreateBucketAsync();
        string[] target = ["--bucket", bucket, "--key", "c"];

        var put = await _aws.ApiAsync(
            ["put-object", .. target, "--body", _aws.Sandbox.RandomFile("f", 999), "--checksum-algorithm", algorithm]);
        var head = await _aws.ApiAsync(["head-object", .. target, "--checksum-mode", "ENABLED"]);
        var attributes = await _aws.ApiAsync(["get-object-attributes", .. target, "--object-attributes", "Checksum", "ObjectSize"]);

        Assert.NotNull(put![field]);
        Assert.Equal((string?)put[field], (string?)head![field]);
        Assert.Equal((string?)put[field], (string?)attributes!["Checksum"]![field]);
        Assert.Equal(999, (int)attributes["ObjectSize"]!);
    }

    [Fact]
    public async Task A_public_object_is_read_without_credentials()
    {
        var bucket = await _aws.CreateBucketAsync();
        var file = _aws.Sandbox.RandomFile("f", 500);
        await _aws.RunAsync("s3", "cp", file, $"s3://{bucket}/public", "--acl", "public-read");
        await _aws.RunAsync("s3", "cp", file, $"s3://{bucket}/private");

        await _aws.RunAsync("s3api", "get-object", "--no-sign-request", "--bucket", bucket, "--key", "public", _aws.Sandbox["down"]);
        var refused = await _aws.TryAsync(
            "s3api", "get-object", "--no-sign-request", "--bucket", bucket, "--key", "private", _aws.Sandbox["no"]);
        var grants = await _aws.ApiAsync("get-object-acl", "--bucket", bucket, "--key", "public");

        Hashes.AssertSameFile(file, _aws.Sandbox["down"]);
        refused.Refused("AccessDenied");
        Assert.Equal(2, grants!["Grants"]!.AsArray().Count);
    }
}
