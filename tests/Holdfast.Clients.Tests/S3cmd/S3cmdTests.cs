using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.S3cmd;

public sealed class S3cmdTests(ServerUnderTest server) : IDisposable
{
    readonly S3cmdClient _s3cmd = new(server.Endpoint);

    public void Dispose() => _s3cmd.Dispose();

    [Fact]
    public async Task Buckets_are_made_listed_described_and_removed()
    {
        var bucket = await _s3cmd.CreateBucketAsync();

        (await _s3cmd.RunAsync("ls")).Says($"s3://{bucket}");
        (await _s3cmd.RunAsync("info", $"s3://{bucket}")).Says("ACL:").Says("Location:");
        await _s3cmd.RunAsync("rb", $"s3://{bucket}");
        (await _s3cmd.TryAsync("ls", $"s3://{bucket}")).Refused("NoSuchBucket");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4321)]
    [InlineData(11 * 1024 * 1024 + 7)] // three parts
    public async Task Files_come_back_as_they_went(int length)
    {
        var bucket = await _s3cmd.CreateBucketAsync();
        var file = _s3cmd.Sandbox.RandomFile("up", length);

        await _s3cmd.RunAsync("put", file, $"s3://{bucket}/folder/fi le+%");
        await _s3cmd.RunAsync("get", $"s3://{bucket}/folder/fi le+%", _s3cmd.Sandbox["down"]);

        Hashes.AssertSameFile(file, _s3cmd.Sandbox["down"]);
    }

    [Fact]
    public async Task An_interrupted_download_is_continued()
    {
        var bucket = await _s3cmd.CreateBucketAsync();
        var file = _s3cmd.Sandbox.RandomFile("up", 200_000);
        await _s3cmd.RunAsync("put", file, $"s3://{bucket}/file");
        await File.WriteAllBytesAsync(_s3cmd.Sandbox["down"], File.ReadAllBytes(file)[..65_537]);

        await _s3cmd.RunAsync("get", "--continue", $"s3://{bucket}/file", _s3cmd.Sandbox["down"]);

        Hashes.AssertSameFile(file, _s3cmd.Sandbox["down"]);
    }

    [Fact]
    public async Task A_tree_of_odd_names_syncs_up_and_down()
    {
        var bucket = await _s3cmd.CreateBucketAsync();
        var up = _s3cmd.Sandbox.Tree("up", Names.Odd);

        await _s3cmd.RunAsync("sync", up + "/", $"s3://{bucket}/tree/");
        var again = await _s3cmd.RunAsync("sync", up + "/", $"s3://{bucket}/tree/");
        await _s3cmd.RunAsync("sync", $"s3://{bucket}/tree/", _s3cmd.Sandbox.EmptyFolder("down") + "/");

        Hashes.AssertSameTree(up, _s3cmd.Sandbox["down"]);
        Assert.DoesNotContain("upload:", again.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_uploads_what_changed_and_deletes_what_is_gone()
    {
        var bucket = await _s3cmd.CreateBucketAsync();
        var up = _s3cmd.Sandbox.Tree("up", ["same", "changes", "goes"]);
        await _s3cmd.RunAsync("sync", up + "/", $"s3://{bucket}/");
        _s3cmd.Sandbox.RandomFile("up/changes", 777);
        File.Delete(_s3cmd.Sandbox["up/goes"]);

        var sync = await _s3cmd.RunAsync("sync", "--delete-removed", up + "/", $"s3://{bucket}/");
        await _s3cmd.RunAsync("sync", $"s3://{bucket}/", _s3cmd.Sandbox.EmptyFolder("down") + "/");

        Assert.DoesNotContain("/same", sync.Text, StringComparison.Ordinal);
        Hashes.AssertSameTree(up, _s3cmd.Sandbox["down"]);
    }

    [Fact]
    public async Task Copies_moves_and_new_headers_keep_the_bytes()
    {
        var bucket = await _s3cmd.CreateBucketAsync();
        var file = _s3cmd.Sandbox.RandomFile("up", 3000);
        await _s3cmd.RunAsync("put", file, $"s3://{bucket}/from ü", "--mime-type", "text/x-test", "--add-header", "x-amz-meta-colour:blue");

        await _s3cmd.RunAsync("cp", $"s3://{bucket}/from ü", $"s3://{bucket}/copy");
        await _s3cmd.RunAsync("mv", $"s3://{bucket}/copy", $"s3://{bucket}/moved");
        await _s3cmd.RunAsync("modify", "--add-header", "x-amz-meta-shape:round", $"s3://{bucket}/moved");
        var info = await _s3cmd.RunAsync("info", $"s3://{bucket}/moved");
        await _s3cmd.RunAsync("get", $"s3://{bucket}/moved", _s3cmd.Sandbox["down"]);

        Hashes.AssertSameFile(file, _s3cmd.Sandbox["down"]);
        info.Says("text/x-test").Says("x-amz-meta-colour: blue").Says("x-amz-meta-shape: round");
        Assert.DoesNotContain("copy", (await _s3cmd.RunAsync("ls", $"s3://{bucket}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_made_public_is_read_by_anyone()
    {
        var bucket = await _s3cmd.CreateBucketAsync();
        var file = _s3cmd.Sandbox.RandomFile("up", 300);
        await _s3cmd.RunAsync("put", file, $"s3://{bucket}/key");
        string[] fetch =
        [
            "-sSf", .. server.Endpoint.CaFile is { } ca ? ["--cacert", ca] : Array.Empty<string>(),
            $"{server.Endpoint.Address}/{bucket}/key",
        ];
        ClientProgram curl = new(Installed.Curl, _s3cmd.Sandbox);

        var before = await curl.TryAsync(fetch);
        await _s3cmd.RunAsync("setacl", "--acl-public", $"s3://{bucket}/key");
        var after = await curl.RunAsync(fetch);
        await _s3cmd.RunAsync("setacl", "--acl-private", $"s3://{bucket}/key");

        before.Refused("403");
        Assert.Equal(Hashes.OfFile(file), Hashes.Of(after.Output));
        (await curl.TryAsync(fetch)).Refused("403");
    }

    [Fact]
    public async Task Unfinished_uploads_are_listed_and_aborted()
    {
        var bucket = await _s3cmd.CreateBucketAsync();

        var none = await _s3cmd.RunAsync("multipart", $"s3://{bucket}");

        Assert.DoesNotContain("2~", none.Text, StringComparison.Ordinal);
        (await _s3cmd.TryAsync("abortmp", $"s3://{bucket}/key", "no-such-upload")).Refused("404");
    }

    [Fact]
    public async Task More_than_a_thousand_objects_are_counted_and_deleted()
    {
        var bucket = await _s3cmd.CreateBucketAsync();
        var up = _s3cmd.Sandbox.Tree("up", Enumerable.Range(0, 1003).Select(i => $"{i:0000}"));
        await _s3cmd.RunAsync("sync", "--no-check-md5", up + "/", $"s3://{bucket}/");

        (await _s3cmd.RunAsync("du", $"s3://{bucket}")).Says("1003 objects");
        await _s3cmd.RunAsync("del", "--recursive", "--force", $"s3://{bucket}");
        await _s3cmd.RunAsync("rb", $"s3://{bucket}");
    }
}
