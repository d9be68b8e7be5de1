using System.Text.Json.Nodes;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Rclone;

public sealed class RcloneTests(ServerUnderTest server) : IDisposable
{
    readonly RcloneClient _rclone = new(server.Endpoint);

    public void Dispose() => _rclone.Dispose();

    [Fact]
    public async Task Buckets_are_made_listed_and_removed()
    {
        var bucket = await _rclone.CreateBucketAsync();

        (await _rclone.RunAsync("lsd", "h:")).Says(bucket);
        await _rclone.RunAsync("mkdir", $"h:{bucket}");
        await _rclone.RunAsync("rmdir", $"h:{bucket}");

        Assert.DoesNotContain(bucket, (await _rclone.RunAsync("lsd", "h:")).Text, StringComparison.Ordinal);
        (await _rclone.TryAsync("lsf", $"h:{bucket}")).Refused("not found");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(5 * 1024 * 1024)]
    [InlineData(17 * 1024 * 1024 + 1)]
    public async Task Files_come_back_as_they_went(int length)
    {
        var bucket = await _rclone.CreateBucketAsync();
        var file = _rclone.Sandbox.RandomFile("up", length);

        await _rclone.RunAsync("copyto", file, $"h:{bucket}/folder/file");
        await _rclone.RunAsync("copyto", $"h:{bucket}/folder/file", _rclone.Sandbox["down"]);

        Hashes.AssertSameFile(file, _rclone.Sandbox["down"]);
        Assert.Equal(File.GetLastWriteTimeUtc(file), File.GetLastWriteTimeUtc(_rclone.Sandbox["down"])); // kept as metadata
    }

    [Fact]
    public async Task A_stream_of_unknown_length_comes_back_as_it_went()
    {
        var bucket = await _rclone.CreateBucketAsync();
        var file = _rclone.Sandbox.RandomFile("up", 12 * 1024 * 1024);

        await _rclone.RunAsync(await File.ReadAllBytesAsync(file), "rcat", $"h:{bucket}/stream");
        var down = await _rclone.RunAsync("cat", $"h:{bucket}/stream");
        var part = await _rclone.RunAsync("cat", "--offset", "5242870", "--count", "20", $"h:{bucket}/stream");

        Assert.Equal(Hashes.OfFile(file), Hashes.Of(down.Output));
        Assert.Equal(Hashes.Of(File.ReadAllBytes(file).AsSpan(5_242_870, 20)), Hashes.Of(part.Output));
    }

    [Fact]
    public async Task A_tree_of_odd_names_syncs_up_and_down()
    {
        var bucket = await _rclone.CreateBucketAsync();
        var up = _rclone.Sandbox.Tree(
            "up", [.. Names.Odd, "back\\slash", "star*", "double\"quote", "trailing ", "trailing.", "control\u0001\u007f", "new\nline"]);

        await _rclone.RunAsync("sync", up, $"h:{bucket}/tree");
        await _rclone.RunAsync("check", up, $"h:{bucket}/tree");
        await _rclone.RunAsync("check", "--download", up, $"h:{bucket}/tree");
        await _rclone.RunAsync("sync", $"h:{bucket}/tree", _rclone.Sandbox["down"]);

        Hashes.AssertSameTree(up, _rclone.Sandbox["down"]);
    }

    [Fact]
    public async Task A_file_and_a_folder_may_bear_one_name()
    {
        var bucket = await _rclone.CreateBucketAsync();

        await _rclone.RunAsync("1"u8.ToArray(), "rcat", $"h:{bucket}/a");
        await _rclone.RunAsync("2"u8.ToArray(), "rcat", $"h:{bucket}/a/b");
        var list = await _rclone.RunAsync("lsf", "-R", "--files-only", $"h:{bucket}");

        Assert.Equal(["a", "a/b"], list.Lines.Order(StringComparer.Ordinal));
        Assert.Equal("1", (await _rclone.RunAsync("cat", $"h:{bucket}/a")).Text[..1]);
    }

    [Fact]
    public async Task Sync_moves_only_what_changed()
    {
        var bucket = await _rclone.CreateBucketAsync();
        var up = _rclone.Sandbox.Tree("up", ["same", "changes", "goes"]);
        await _rclone.RunAsync("sync", up, $"h:{bucket}");
        _rclone.Sandbox.RandomFile("up/changes", 5000);
        File.Delete(_rclone.Sandbox["up/goes"]);

        var sync = await _rclone.TryAsync("sync", "--checksum", "-v", up, $"h:{bucket}");
        await _rclone.RunAsync("copy", $"h:{bucket}", _rclone.Sandbox["down"]);

        Assert.DoesNotContain("same: Copied", sync.Succeeded().Errors, StringComparison.Ordinal);
        Hashes.AssertSameTree(up, _rclone.Sandbox["down"]);
    }

    [Theory]
    [InlineData(1000, "100M")]
    [InlineData(12 * 1024 * 1024, "5M")] // copied part by part
    public async Task The_server_copies_and_moves(int length, string cutoff)
    {
        var bucket = await _rclone.CreateBucketAsync();
        var file = _rclone.Sandbox.RandomFile("up", length);
        await _rclone.RunAsync("copyto", file, $"h:{bucket}/from + 100% ü");

        await _rclone.RunAsync("copyto", "--s3-copy-cutoff", cutoff, $"h:{bucket}/from + 100% ü", $"h:{bucket}/copy");
        await _rclone.RunAsync("moveto", "--s3-copy-cutoff", cutoff, $"h:{bucket}/copy", $"h:{bucket}/moved");
        await _rclone.RunAsync("copyto", $"h:{bucket}/moved", _rclone.Sandbox["down"]);

        Hashes.AssertSameFile(file, _rclone.Sandbox["down"]);
        Assert.Equal(["from + 100% ü", "moved"], (await _rclone.RunAsync("lsf", $"h:{bucket}")).Lines);
    }

    [Fact]
    public async Task Metadata_and_sums_are_kept()
    {
        var bucket = await _rclone.CreateBucketAsync();
        var file = _rclone.Sandbox.RandomFile("up", 1000);

        await _rclone.RunAsync(
            "copyto", "--metadata", "--metadata-set", "colour=blue", "--metadata-set", "cache-control=no-store", file, $"h:{bucket}/file");
        var stat = JsonNode.Parse((await _rclone.RunAsync("lsjson", "--stat", "--metadata", "--hash", $"h:{bucket}/file")).Text)!;

        Assert.Equal("blue", (string?)stat["Metadata"]!["colour"]);
        Assert.Equal("no-store", (string?)stat["Metadata"]!["cache-control"]);
        Assert.Equal(1000, (int)stat["Size"]!);
        Assert.Equal((await _rclone.RunAsync("md5sum", file)).Text[..32], (string?)stat["Hashes"]!["md5"]);
    }

    [Fact]
    public async Task A_link_serves_the_object_to_anyone()
    {
        var bucket = await _rclone.CreateBucketAsync();
        var file = _rclone.Sandbox.RandomFile("up", 5000);
        await _rclone.RunAsync("copyto", file, $"h:{bucket}/with space+plus");

        var link = await _rclone.RunAsync("link", "--expire", "1m", $"h:{bucket}/with space+plus");
        var down = await _rclone.RunAsync("copyurl", link.Text, _rclone.Sandbox["down"]);

        Assert.Equal(0, down.ExitCode);
        Hashes.AssertSameFile(file, _rclone.Sandbox["down"]);
    }

    [Fact]
    public async Task Old_versions_can_be_seen_and_read()
    {
        using Aws.AwsCli aws = new(server.Endpoint); // rclone 1.60 cannot switch versioning on
        var bucket = await _rclone.CreateBucketAsync();
        await aws.RunAsync("s3api", "put-bucket-versioning", "--bucket", bucket, "--versioning-configuration", "Status=Enabled");
        await _rclone.RunAsync("one"u8.ToArray(), "rcat", $"h:{bucket}/file.txt");
        await _rclone.RunAsync("two"u8.ToArray(), "rcat", $"h:{bucket}/file.txt");

        var list = await _rclone.RunAsync("lsf", "--s3-versions", $"h:{bucket}");
        var old = list.Lines.Single(name => name != "file.txt");

        Assert.Equal(2, list.Lines.Length);
        Assert.Equal("one", (await _rclone.RunAsync("cat", "--s3-versions", $"h:{bucket}/{old}")).Text);
    }

    [Fact]
    public async Task More_than_a_thousand_objects_are_counted_and_purged()
    {
        var bucket = await _rclone.CreateBucketAsync();
        var up = _rclone.Sandbox.Tree("up", Enumerable.Range(0, 1003).Select(i => $"{i:0000}"));
        await _rclone.RunAsync("copy", "--transfers", "8", up, $"h:{bucket}/many");

        (await _rclone.RunAsync("size", $"h:{bucket}")).Says("1003");
        await _rclone.RunAsync("cleanup", $"h:{bucket}");
        await _rclone.RunAsync("purge", $"h:{bucket}");

        Assert.DoesNotContain(bucket, (await _rclone.RunAsync("lsd", "h:")).Text, StringComparison.Ordinal);
    }
}
