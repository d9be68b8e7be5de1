using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.Minio;

public sealed class MinioClientTests(ServerUnderTest server) : IDisposable
{
    readonly MinioClient _mc = new(server.Endpoint);

    public void Dispose() => _mc.Dispose();

    [Fact]
    public async Task Buckets_are_made_listed_described_and_removed()
    {
        var bucket = await _mc.CreateBucketAsync();

        (await _mc.RunAsync("ls", "h")).Says(bucket);
        (await _mc.RunAsync("stat", $"h/{bucket}")).Says(bucket);
        await _mc.RunAsync("rb", $"h/{bucket}");
        (await _mc.TryAsync("ls", $"h/{bucket}")).Refused("does not exist");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1234)]
    [InlineData(33 * 1024 * 1024)] // it goes multipart from 16 MiB on
    public async Task Files_come_back_as_they_went(int length)
    {
        var bucket = await _mc.CreateBucketAsync();
        var file = _mc.Sandbox.RandomFile("up", length);

        await _mc.RunAsync("cp", file, $"h/{bucket}/folder/fi le+%");
        await _mc.RunAsync("cp", $"h/{bucket}/folder/fi le+%", _mc.Sandbox["down"]);

        Hashes.AssertSameFile(file, _mc.Sandbox["down"]);
    }

    [Fact]
    public async Task A_stream_comes_back_as_it_went()
    {
        var bucket = await _mc.CreateBucketAsync();
        var file = _mc.Sandbox.RandomFile("up", 6 * 1024 * 1024);

        await _mc.RunAsync(await File.ReadAllBytesAsync(file), "pipe", $"h/{bucket}/stream");
        var down = await _mc.RunAsync("cat", $"h/{bucket}/stream");
        var tail = await _mc.RunAsync("cat", "--tail", "20", $"h/{bucket}/stream");
        var rest = await _mc.RunAsync("cat", "--offset", "6291000", $"h/{bucket}/stream");

        Assert.Equal(Hashes.OfFile(file), Hashes.Of(down.Output));
        Assert.Equal(Hashes.Of(File.ReadAllBytes(file).AsSpan()[^20..]), Hashes.Of(tail.Output));
        Assert.Equal(Hashes.Of(File.ReadAllBytes(file).AsSpan(6_291_000)), Hashes.Of(rest.Output));
    }

    [Fact]
    public async Task Parts_in_parallel_come_back_as_they_went()
    {
        var bucket = await _mc.CreateBucketAsync();
        var file = _mc.Sandbox.RandomFile("up", 21 * 1024 * 1024);

        await _mc.RunAsync("put", "--parallel", "4", "--part-size", "5MiB", file, $"h/{bucket}/file");
        await _mc.RunAsync("get", $"h/{bucket}/file", _mc.Sandbox["down"]);

        Hashes.AssertSameFile(file, _mc.Sandbox["down"]);
    }

    [Fact]
    public async Task A_tree_of_odd_names_is_mirrored_up_and_down()
    {
        var bucket = await _mc.CreateBucketAsync();
        var up = _mc.Sandbox.Tree("up", Names.Odd);

        await _mc.RunAsync("mirror", up, $"h/{bucket}/tree");
        var difference = await _mc.RunAsync("diff", up, $"h/{bucket}/tree");
        await _mc.RunAsync("mirror", $"h/{bucket}/tree", _mc.Sandbox.EmptyFolder("down"));

        Assert.Empty(difference.Lines);
        Hashes.AssertSameTree(up, _mc.Sandbox["down"]);
    }

    [Fact]
    public async Task A_mirror_overwrites_what_changed_and_removes_what_is_gone()
    {
        var bucket = await _mc.CreateBucketAsync();
        var up = _mc.Sandbox.Tree("up", ["same", "changes", "goes"]);
        await _mc.RunAsync("mirror", up, $"h/{bucket}");
        _mc.Sandbox.RandomFile("up/changes", 5000);
        File.Delete(_mc.Sandbox["up/goes"]);

        await _mc.RunAsync("mirror", "--overwrite", "--remove", up, $"h/{bucket}");
        await _mc.RunAsync("mirror", $"h/{bucket}", _mc.Sandbox.EmptyFolder("down"));

        Hashes.AssertSameTree(up, _mc.Sandbox["down"]);
    }

    [Fact]
    public async Task A_key_and_a_folder_may_bear_one_name()
    {
        var bucket = await _mc.CreateBucketAsync();

        await _mc.RunAsync("1"u8.ToArray(), "pipe", $"h/{bucket}/a");
        await _mc.RunAsync("2"u8.ToArray(), "pipe", $"h/{bucket}/a/b");

        Assert.Equal("1", (await _mc.RunAsync("cat", $"h/{bucket}/a")).Text);
        Assert.Equal("2", (await _mc.RunAsync("cat", $"h/{bucket}/a/b")).Text);
    }

    [Fact]
    public async Task Copies_and_moves_keep_the_bytes_the_metadata_and_the_tags()
    {
        var bucket = await _mc.CreateBucketAsync();
        var file = _mc.Sandbox.RandomFile("up", 3000);
        await _mc.RunAsync("cp", "--attr", "colour=blue;Cache-Control=no-store", "--tags", "team=red&big=no", file, $"h/{bucket}/from ü");

        await _mc.RunAsync("cp", $"h/{bucket}/from ü", $"h/{bucket}/copy");
        await _mc.RunAsync("mv", $"h/{bucket}/copy", $"h/{bucket}/moved");
        var stat = (await _mc.JsonAsync("stat", $"h/{bucket}/moved"))[0];
        await _mc.RunAsync("cp", $"h/{bucket}/moved", _mc.Sandbox["down"]);

        Hashes.AssertSameFile(file, _mc.Sandbox["down"]);
        Assert.Equal("blue", (string?)stat["metadata"]!["X-Amz-Meta-Colour"]);
        Assert.Equal("no-store", (string?)stat["metadata"]!["Cache-Control"]);
        (await _mc.TryAsync("stat", $"h/{bucket}/copy")).Refused("does not exist");
    }

    [Fact]
    public async Task Tags_are_set_read_and_removed()
    {
        var bucket = await _mc.CreateBucketAsync();
        await _mc.RunAsync("1"u8.ToArray(), "pipe", $"h/{bucket}/key");

        await _mc.RunAsync("tag", "set", $"h/{bucket}/key", "team=red&size=very big");
        var tags = (await _mc.JsonAsync("tag", "list", $"h/{bucket}/key"))[0];
        await _mc.RunAsync("tag", "remove", $"h/{bucket}/key");
        await _mc.RunAsync("tag", "set", $"h/{bucket}", "owner=me");

        Assert.Equal("very big", (string?)tags["tagset"]!["size"]);
        (await _mc.RunAsync("tag", "list", $"h/{bucket}/key")).Says("No tags found");
        (await _mc.RunAsync("tag", "list", $"h/{bucket}")).Says("me");
    }

    [Fact]
    public async Task A_shared_address_serves_the_object_to_anyone()
    {
        var bucket = await _mc.CreateBucketAsync();
        var file = _mc.Sandbox.RandomFile("up", 5000);
        await _mc.RunAsync("cp", file, $"h/{bucket}/with space+plus");
        ClientProgram curl = new(Installed.Curl, _mc.Sandbox);

        var share = (await _mc.JsonAsync("share", "download", "--expire", "10m", $"h/{bucket}/with space+plus"))[0];
        var down = await curl.RunAsync(
            ["-sSf", .. server.Endpoint.CaFile is { } ca ? ["--cacert", ca] : Array.Empty<string>(), (string)share["share"]!]);

        Assert.Equal(Hashes.OfFile(file), Hashes.Of(down.Output));
    }

    [Fact]
    public async Task Versions_are_kept_listed_read_and_restored()
    {
        var bucket = await _mc.CreateBucketAsync();
        await _mc.RunAsync("version", "enable", $"h/{bucket}");
        await _mc.RunAsync("one"u8.ToArray(), "pipe", $"h/{bucket}/v");
        await _mc.RunAsync("two"u8.ToArray(), "pipe", $"h/{bucket}/v");

        await _mc.RunAsync("rm", $"h/{bucket}/v");
        var versions = await _mc.JsonAsync("ls", "--versions", $"h/{bucket}/v");
        var missing = await _mc.TryAsync("cat", $"h/{bucket}/v");
        var old = await _mc.RunAsync("cat", "--version-id", (string)versions[2]["versionId"]!, $"h/{bucket}/v");
        await _mc.RunAsync("undo", "--force", $"h/{bucket}/v");
        var current = await _mc.RunAsync("cat", $"h/{bucket}/v");
        await _mc.RunAsync("rb", "--force", $"h/{bucket}");

        missing.Refused("does not exist");
        Assert.Equal([true, null, null], versions.Select(version => (bool?)version["isDeleteMarker"]));
        Assert.Equal("one", old.Text);
        Assert.Equal("two", current.Text);
    }

    [Fact]
    public async Task More_than_a_thousand_objects_are_counted_and_removed()
    {
        var bucket = await _mc.CreateBucketAsync();
        var up = _mc.Sandbox.Tree("up", Enumerable.Range(0, 1003).Select(i => $"{i:0000}"));
        await _mc.RunAsync("mirror", up, $"h/{bucket}");

        var size = (await _mc.JsonAsync("du", $"h/{bucket}"))[^1];
        await _mc.RunAsync("rm", "--recursive", "--force", $"h/{bucket}");
        await _mc.RunAsync("rb", $"h/{bucket}");

        Assert.Equal(1003, (int)size["objects"]!);
    }
}
