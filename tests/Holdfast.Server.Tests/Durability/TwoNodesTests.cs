using System.Net;
using Holdfast.TestKit.Durability;
using Holdfast.TestKit.Server;

namespace Holdfast.Server.Tests.Durability;

/// <summary>Two servers on one database and one directory answer as one would.</summary>
public sealed class TwoNodesTests : IAsyncLifetime
{
    const int Writers = 8;

    readonly TestDirectory _directory = new();
    readonly List<HoldfastProcess> _nodes = [];
    readonly List<S3Caller> _callers = [];

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_many_creations_at_once_at_both_exactly_one_wins()
    {
        for (var key = 0; key < 10; key++)
        {
            var path = $"/nodes/created-{key}";
            var contents = Enumerable.Range(0, Writers)
                .Select(writer => new Dice((ulong)(key * Writers + writer)).Bytes(5000 * (writer + 1))).ToList();

            var replies = await Task.WhenAll(
                contents.Select((content, i) => CallerOf(i).PutAsync(path, content, Ct, ("if-none-match", "*"))));

            var winner = Assert.Single(replies, reply => reply.Status == HttpStatusCode.OK);
            Assert.All(replies.Where(reply => reply != winner), reply => Assert.Equal(HttpStatusCode.PreconditionFailed, reply.Status));
            var kept = contents[Array.IndexOf(replies, winner)];
            Assert.Equal(kept, (await CallerOf(0).GetAsync(path, Ct)).Body);
            Assert.Equal(kept, (await CallerOf(1).GetAsync(path, Ct)).Body);
        }
    }

    [Fact]
    public async Task Overwrites_of_what_was_seen_form_one_line()
    {
        const int Steps = 60;
        var history = new KeyHistory("line");
        var first = await CallerOf(0).PutAsync("/nodes/line", new Dice(0).Bytes(100), Ct);
        var won = 0;

        await Task.WhenAll(Enumerable.Range(1, Writers).Select(async writer =>
        {
            var dice = new Dice((ulong)writer);
            while (Volatile.Read(ref won) < Steps)
            {
                var seen = (await CallerOf(writer).SendAsync(HttpMethod.Head, "/nodes/line", Ct)).ETag;
                var content = dice.Bytes(100 + dice.Next(30_000));
                var entry = history.Begin();
                var reply = await CallerOf(writer + 1).PutAsync("/nodes/line", content, Ct, ("if-match", $"\"{seen}\""));
                Assert.Contains(reply.Status, new[] { HttpStatusCode.OK, HttpStatusCode.PreconditionFailed });
                entry.End(new KeyOperation(
                    "PUT",
                    new KeyState(seen),
                    new KeyState(new KnownContents().Add(content.AsSpan())),
                    reply.IsSuccess ? KeyOutcome.Done : KeyOutcome.Refused));
                if (reply.IsSuccess)
                    Interlocked.Increment(ref won);
            }
        }));

        Assert.Null(history.FindContradiction(new KeyState(first.ETag)));
    }

    [Fact]
    public async Task What_one_stores_the_other_shows_lists_and_deletes()
    {
        var large = new Dice(7).Bytes(300_000);
        await CallerOf(0).PutAsync("/nodes/seen", large, Ct);

        Assert.Equal(large, (await CallerOf(1).GetAsync("/nodes/seen", Ct)).Body);
        Assert.Contains("<Key>seen</Key>", (await CallerOf(1).GetAsync("/nodes", Ct, "list-type=2")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await CallerOf(1).DeleteAsync("/nodes/seen", Ct)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await CallerOf(0).GetAsync("/nodes/seen", Ct)).Status);
    }

    public async ValueTask InitializeAsync()
    {
        var catalog = await Catalogs.NewPostgresAsync();
        var variables = new Dictionary<string, string>(S3Caller.Credentials) { ["HOLDFAST_LOGGING_ACCESS"] = "off" };
        for (var node = 0; node < 2; node++)
        {
            _nodes.Add(await HoldfastProcess.StartAsync(
                ["--data", _directory.File("data"), "--http", "127.0.0.1:0", "--catalog", catalog], variables));
            _callers.Add(new S3Caller(_nodes[node].BaseAddress));
        }

        await _callers[0].PutAsync("/nodes", [], Ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var caller in _callers)
            caller.Dispose();
        foreach (var node in _nodes)
            await node.DisposeAsync();
        _directory.Dispose();
    }

    S3Caller CallerOf(int number) => _callers[number % _callers.Count];
}
