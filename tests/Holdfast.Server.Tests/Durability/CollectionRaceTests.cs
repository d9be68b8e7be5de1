using System.Net;
using Holdfast.Server.Hosting.Settings;
using Holdfast.TestKit.Durability;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Durability;

public sealed class CollectionRaceTests
{
    const int Writers = 8;
    const int Rounds = 40;

    static readonly byte[][] Contents = [.. new[] { 2000, 40_000, 150_000 }.Select((size, i) => new Dice((ulong)i).Bytes(size))];

    [Fact]
    public async Task Collection_without_grace_never_takes_what_an_upload_of_the_same_bytes_was_promised()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var server = await ServerFixture.StartAsync(new ServerOptions
        {
            Tls = false,
            Catalog = await Catalogs.NewAsync(),
            Settings = settings => settings with
            {
                Collection = new CollectionSettings { Grace = TimeSpan.Zero, Interval = TimeSpan.FromMilliseconds(50) },
            },
        });
        using var caller = new S3Caller(server.BaseAddress);
        await caller.PutAsync("/race", [], ct);

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => WriteAndDeleteAsync(caller, writer, ct)));
        await caller.PutAsync("/race/kept", Contents[2], ct);

        await UntilOneFileIsLeftAsync(Path.Combine(server.DataDirectory, "blobs"), ct);
        Assert.Equal(Contents[2], (await caller.GetAsync("/race/kept", ct)).Body);
    }

    static async Task WriteAndDeleteAsync(S3Caller caller, int writer, CancellationToken ct)
    {
        var dice = new Dice((ulong)writer);
        for (var round = 0; round < Rounds; round++)
        {
            var content = dice.Pick(Contents);
            var path = $"/race/{writer}-{dice.Next(2)}";

            Assert.Equal(HttpStatusCode.OK, (await caller.PutAsync(path, content, ct)).Status);
            var copy = await caller.PutAsync($"/race/{writer}-copy", [], ct, ("x-amz-copy-source", path));
            Assert.Equal(HttpStatusCode.OK, copy.Status);
            Assert.Equal(HttpStatusCode.NoContent, (await caller.DeleteAsync(path, ct)).Status);
            Assert.Equal(content, (await caller.GetAsync($"/race/{writer}-copy", ct)).Body);
            Assert.Equal(HttpStatusCode.NoContent, (await caller.DeleteAsync($"/race/{writer}-copy", ct)).Status);
        }
    }

    static async Task UntilOneFileIsLeftAsync(string directory, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(HoldfastProcess.Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Count() != 1)
            await timer.WaitForNextTickAsync(limit.Token);
    }
}
