using System.Diagnostics;
using Holdfast.Core.Blobs;
using Holdfast.Core.Blobs.Files;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.TestKit.Blobs;
using Holdfast.TestKit.Server;

namespace Holdfast.Core.Tests.Blobs.Files;

/// <summary>
/// A disk whose system calls fail: strace makes them, in a process of their own, the explicit test below. (libfiu cannot: its preloaded
/// library is not asked for what .NET looks up in libc by itself.)
/// </summary>
public sealed class FaultyDiskTests
{
    const string DirectoryVariable = "HOLDFAST_TEST_FAULTY_DISK";
    const int ContentLength = 300_000;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fallocate:error=ENOSPC:when=1", StoreError.StorageFull)]
    [InlineData("fallocate:error=EIO:when=1", StoreError.StorageUnavailable)]
    [InlineData("pwrite64,pwritev:error=ENOSPC:when=1", StoreError.StorageFull)]
    [InlineData("pwrite64,pwritev:error=EDQUOT:when=1", StoreError.StorageFull)]
    [InlineData("pwrite64,pwritev:error=EIO:when=1", StoreError.StorageUnavailable)]
    [InlineData("fdatasync:error=EIO:when=1", StoreError.StorageUnavailable)]
    [InlineData("fdatasync:error=ENOSPC:when=1", StoreError.StorageFull)]
    [InlineData("rename:error=EIO:when=1", StoreError.StorageUnavailable)]
    [InlineData("rename:error=ENOSPC:when=1", StoreError.StorageFull)]
    [InlineData("rename:error=EXDEV:when=1", StoreError.StorageUnavailable)]
    // blobs, ab and cd are synced into their parents before the file is synced into cd.
    [InlineData("fsync:error=EIO:when=1", StoreError.StorageUnavailable)]
    [InlineData("fsync:error=EIO:when=4", StoreError.StorageUnavailable)]
    [InlineData("mkdir:error=ENOSPC:when=1", StoreError.StorageFull)]
    [InlineData("statfs:error=EIO:when=1", StoreError.StorageUnavailable)]
    public async Task A_call_that_fails_once_refuses_one_write_and_leaves_nothing_of_it(string injected, StoreError expected)
    {
        using var directory = new TestDirectory();

        var outcomes = await RunAsync(directory.Path, $"inject={injected}");

        Assert.Equal([expected.ToString(), "stored"], outcomes);
        var file = Assert.Single(Blobs(directory));
        Assert.Equal(TestBytes.Of(ContentLength), await File.ReadAllBytesAsync($"{directory.Path}/{file}", Ct));
    }

    [Fact]
    public async Task An_interrupted_call_is_repeated()
    {
        using var directory = new TestDirectory();

        var outcomes = await RunAsync(directory.Path, "inject=fdatasync:error=EINTR:when=1");

        Assert.Equal(["stored", "stored"], outcomes);
    }

    [Fact]
    public async Task A_filesystem_that_cannot_reserve_room_is_used_without()
    {
        using var directory = new TestDirectory();

        var outcomes = await RunAsync(directory.Path, "inject=fallocate:error=EOPNOTSUPP");

        Assert.Equal(["stored", "stored"], outcomes);
    }

    [Fact]
    public async Task What_cannot_be_taken_back_is_settled_by_the_sweep()
    {
        using var directory = new TestDirectory();
        var outcomes = await RunAsync(directory.Path, "inject=fsync:error=EIO:when=4", "inject=unlink:error=EIO");
        Assert.Equal(["StorageUnavailable", "stored"], outcomes);
        // The blob of the refused write, that of the other, and the intents of both.
        Assert.Equal(4, Blobs(directory).Count());
        using var store = new FileBlobStore(new() { Root = directory.Path, NodeId = "n1" }, TimeProvider.System);
        var blobs = new List<BlobLocation>();
        await foreach (var blob in store.ListAsync(null, Ct))
            blobs.Add(blob.Location);

        var report = await store.SweepAsync((at, _) => new(at == blobs[0]), TimeSpan.Zero, Ct);

        Assert.Equal(new SweepReport(0, 1, 1), report);
        Assert.Equal(blobs[0].Value, Path.GetFileName(Assert.Single(Blobs(directory))));
    }

    [Fact]
    public async Task A_read_that_fails_is_a_retryable_refusal()
    {
        using var directory = new TestDirectory();

        var outcomes = await RunAsync(directory.Path, "inject=preadv2:error=EIO:when=1");

        Assert.Equal(["StorageUnavailable", "stored"], outcomes);
    }

    /// <summary>What runs under strace: two uploads, each read back, and what became of them.</summary>
    [Fact(Explicit = true)]
    public async Task Child_uploads_twice()
    {
        var directory = Environment.GetEnvironmentVariable(DirectoryVariable);
        Assert.SkipWhen(directory is null, $"this is the child of other tests, which set {DirectoryVariable}");
        // One disk thread, because strace counts the calls of each thread apart.
        var options = new FileBlobOptions { Root = directory, NodeId = "n1", MaxDiskThreads = 1, MinFreeBytes = 1 };
        using var store = new FileBlobStore(options, TimeProvider.System);
        for (var i = 0; i < 2; i++)
        {
            var outcome = "stored";
            try
            {
                await UploadAsync(store);
            }
            catch (StoreException refusal)
            {
                outcome = refusal.Error.ToString();
            }

            // An empty file: no write that could be made to fail, and no await that would change the thread.
            File.Create($"{directory}/outcomes/{i} {outcome}").Dispose();
        }

        // Ends without a last word: what a coverage collector writes at the end must not go through the calls that are made to fail.
        Process.GetCurrentProcess().Kill();
    }

    static async Task UploadAsync(FileBlobStore store)
    {
        var content = TestBytes.Of(ContentLength);
        await using var writer = await store.CreateAsync(new(null, content.Length), Ct);
        await writer.WriteAsync(new(content), Ct);
        var info = await writer.CommitAsync(Digest.Of(content), Ct);
        await using var reader = await store.OpenAsync(info.Location, ByteRange.All(info.Size), Ct);
        try
        {
            await reader!.ReadAsync(new byte[content.Length], Ct);
        }
        catch (StoreException)
        {
            await writer.DiscardAsync();
            throw;
        }

        writer.MarkLinked();
    }

    static async Task<string[]> RunAsync(string directory, params string[] expressions)
    {
        Assert.SkipUnless(
            File.Exists("/usr/bin/strace"), "strace is not installed (scripts/install-peers.sh does it), so no call can be made to fail");
        var child = typeof(FaultyDiskTests);
        Directory.CreateDirectory(directory + "/outcomes");
        Directory.CreateDirectory(directory + "/tmp/n1");
        var start = new ProcessStartInfo("/usr/bin/strace")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [DirectoryVariable] = directory, ["DOTNET_EnableDiagnostics"] = "0" },
        };
        string[] arguments =
        [
            "-f", "-qqq", "--seccomp-bpf", "-o", "/dev/null",
            "-e", "trace=fallocate,pwrite64,pwritev,fdatasync,fsync,rename,mkdir,statfs,unlink,preadv2",
            .. expressions.SelectMany(e => new[] { "-e", e }),
            $"{AppContext.BaseDirectory}/{child.Assembly.GetName().Name}", "-explicit", "only",
            "-method", $"{child.FullName}.{nameof(Child_uploads_twice)}",
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(Ct);
        var output = await process.StandardOutput.ReadToEndAsync(Ct);
        await process.WaitForExitAsync(Ct);
        const int killed = 128 + 9;
        Assert.True(process.ExitCode is 0 or killed, output + await errors);
        return [.. Directory.EnumerateFiles(directory + "/outcomes").Select(f => Path.GetFileName(f)).Order().Select(f => f[2..])];
    }

    static IEnumerable<string> Blobs(TestDirectory directory) =>
        directory.Files().Where(f => !f.StartsWith("outcomes", StringComparison.Ordinal));
}
