using System.Net;
using Holdfast.TestKit.Durability;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Durability;

public sealed class FullDiskTests : IDisposable
{
    const int DiskMegabytes = 112;

    readonly SmallDisk? _disk = SmallDisk.TryMount(DiskMegabytes);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_refuses_writes_keeps_reads_and_heals_when_there_is_room()
    {
        Assert.SkipWhen(_disk is null, "this process may not mount a filesystem of its own");
        var stored = new Dictionary<string, byte[]>();
        await using (var server = await StartAsync())
        {
            using var caller = new S3Caller(server.BaseAddress);
            await caller.PutAsync("/full", [], Ct);

            await StoreUntilRefusedAsync(caller, stored);
            using (_disk.Fill())
            {
                await StoreUntilRefusedAsync(caller, stored);
                await AssertAllReadAsync(caller, stored);
                Assert.Equal(HttpStatusCode.OK, (await caller.GetAsync("/health/ready", Ct)).Status);
            }

            Assert.True(stored.Count > 1);
            foreach (var key in stored.Keys.Where(key => key.StartsWith("large-", StringComparison.Ordinal)).Skip(1).ToList())
            {
                Assert.Equal(HttpStatusCode.NoContent, (await caller.DeleteAsync($"/full/{key}", Ct)).Status);
                stored.Remove(key);
            }

            stored["later"] = new Dice(99).Bytes(3000);
            await UntilStoredAsync(caller, "/full/later", stored["later"]);
            stored["resumed"] = new Dice(100).Bytes(4 << 20);
            await UntilStoredAsync(caller, "/full/resumed", stored["resumed"]);
            await AssertAllReadAsync(caller, stored);
            await server.Kill9Async();
        }

        await using var again = await StartAsync();
        using var reader = new S3Caller(again.BaseAddress);
        await AssertAllReadAsync(reader, stored);
    }

    [Fact]
    public async Task A_disk_filled_by_small_objects_can_be_emptied_and_filled_again()
    {
        Assert.SkipWhen(_disk is null, "this process may not mount a filesystem of its own");
        await using var server = await StartAsync();
        using var caller = new S3Caller(server.BaseAddress);
        await caller.PutAsync("/full", [], Ct);

        var first = await FillWithSmallAsync(caller, 0);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await caller.PutAsync("/another", [], Ct)).Status);
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await caller.PutAsync("/full/copy", [], Ct, ("x-amz-copy-source", "/full/small-0"))).Status);
        for (var i = 0; i < first; i++)
            Assert.Equal(HttpStatusCode.NoContent, (await caller.DeleteAsync($"/full/small-{i}", Ct)).Status);
        await UntilStoredAsync(caller, "/full/small-0", new Dice(0).Bytes(15_000));
        var second = await FillWithSmallAsync(caller, first);

        // The database keeps what it grew to: the room in it counts, and deletes have theirs also now.
        Assert.InRange(second, first / 2, 2 * first);
        for (var i = first; i < first + second; i++)
            Assert.Equal(HttpStatusCode.NoContent, (await caller.DeleteAsync($"/full/small-{i}", Ct)).Status);
    }

    public void Dispose() => _disk?.Dispose();

    /// <summary>Small objects one after the other until none was taken for a second; how many were stored.</summary>
    static async Task<int> FillWithSmallAsync(S3Caller caller, int from)
    {
        var refusedSince = 0L;
        for (var i = from; ;)
        {
            var reply = await caller.PutAsync($"/full/small-{i}", new Dice((ulong)i).Bytes(15_000), Ct);
            if (reply.IsSuccess)
            {
                (i, refusedSince) = (i + 1, 0);
                continue;
            }

            Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.Status);
            refusedSince = refusedSince == 0 ? TimeProvider.System.GetTimestamp() : refusedSince;
            if (TimeProvider.System.GetElapsedTime(refusedSince) > TimeSpan.FromSeconds(1))
                return i - from;
        }
    }

    /// <summary>
    /// Large objects until there is no room for one, then small ones, whose bytes are in the catalog, until one is refused or many were
    /// taken.
    /// </summary>
    static async Task StoreUntilRefusedAsync(S3Caller caller, Dictionary<string, byte[]> stored)
    {
        foreach (var (name, size, most) in new[] { ("large", 4 << 20, 50), ("small", 15_000, 40) })
        {
            for (var i = 0; i < most; i++)
            {
                var key = $"{name}-{stored.Count}";
                var content = new Dice((ulong)stored.Count + 1000).Bytes(size);
                var reply = await caller.PutAsync($"/full/{key}", content, Ct);
                if (!reply.IsSuccess)
                {
                    Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.Status);
                    Assert.Contains("<Code>ServiceUnavailable</Code>", reply.Text, StringComparison.Ordinal);
                    Assert.Equal(HttpStatusCode.NotFound, (await caller.GetAsync($"/full/{key}", Ct)).Status);
                    break;
                }

                stored[key] = content;
            }
        }
    }

    static async Task UntilStoredAsync(S3Caller caller, string path, byte[] content)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(HoldfastProcess.Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!(await caller.PutAsync(path, content, limit.Token)).IsSuccess)
            await timer.WaitForNextTickAsync(limit.Token);
    }

    static async Task AssertAllReadAsync(S3Caller caller, Dictionary<string, byte[]> stored)
    {
        foreach (var (key, content) in stored)
        {
            var reply = await caller.GetAsync($"/full/{key}", Ct);
            Assert.Equal(HttpStatusCode.OK, reply.Status);
            Assert.True(content.AsSpan().SequenceEqual(reply.Body), $"{key} came back with other bytes");
        }
    }

    Task<HoldfastProcess> StartAsync() => HoldfastProcess.StartAsync(
        ["--data", Path.Combine(_disk!.Path, "data"), "--http", "127.0.0.1:0"],
        new Dictionary<string, string>(S3Caller.Credentials)
        {
            ["HOLDFAST_COLLECTION_GRACE"] = "0s",
            ["HOLDFAST_COLLECTION_INTERVAL"] = "100ms",
            ["HOLDFAST_LOGGING_ACCESS"] = "off",
        });
}
