using System.Net;
using System.Text.Json.Nodes;
using Holdfast.TestKit.Catalog;
using Holdfast.TestKit.Durability;
using Holdfast.TestKit.Durability.Registry;

namespace Holdfast.Server.Tests.Durability.Registry;

/// <summary>Pushes at the same moment, at one node and at two, while collection takes at once whatever nothing refers to.</summary>
public sealed class ConcurrentPushTests
{
    const int Writers = 8;
    const string Tag = "moving";

    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    static readonly RegistryRepository Kept = new("pushes/kept", false);
    static readonly RegistryRepository Tidy = new("pushes/tidy", true);

    readonly RegistryContents _contents = new();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Many_tags_pushed_at_once_are_all_there(int count)
    {
        const int TagsOfWriter = 25;
        await using var nodes = await StartAsync(count);
        var history = new RegistryHistory(_contents, [Kept, Tidy], [.. Enumerable.Range(0, Writers * TagsOfWriter).Select(NameOf)], false);

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var tag = writer; tag < Writers * TagsOfWriter; tag += Writers)
                Assert.True(await PushAsync(nodes, history, writer + tag, tag % 2 == 0 ? Kept : Tidy, ImageOf(tag), [NameOf(tag)]));
        }));

        foreach (var (repository, parity) in new[] { (Kept, 0), (Tidy, 1) })
        {
            var reply = await nodes.CallerOf(parity).SendAsync(HttpMethod.Get, $"/v2/{repository.Name}/tags/list", Ct);
            var listed = JsonNode.Parse(reply.Body)!["tags"]!.AsArray().Select(tag => (string)tag!).ToHashSet();
            Assert.Equal(Enumerable.Range(0, Writers * TagsOfWriter).Where(tag => tag % 2 == parity).Select(NameOf).ToHashSet(), listed);
        }
        for (var tag = 0; tag < Writers * TagsOfWriter; tag++)
        {
            var path = $"/v2/{(tag % 2 == 0 ? Kept : Tidy).Name}/manifests/{NameOf(tag)}";
            Assert.Equal(ImageOf(tag).Bytes, (await nodes.CallerOf(tag + 1).SendAsync(HttpMethod.Get, path, Ct)).Body);
        }
        Assert.Empty(await CatalogInvariants.ListViolationsAsync(nodes.Catalog, Ct));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Uploads_of_one_digest_at_once_all_succeed_and_leave_one_blob(int count)
    {
        await using var nodes = await StartAsync(count);
        var history = new RegistryHistory(_contents, [Kept], [Tag], keepsBlobs: false);
        foreach (var blob in _contents.Blobs)
        {
            var pushes = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer =>
                PushBlobAsync(nodes, history, (ulong)writer, Kept, blob)));

            Assert.All(pushes, push => Assert.True(push));
        }

        // A manifest that names them all keeps one copy of each.
        foreach (var image in _contents.Images)
            Assert.True(await PushAsync(nodes, history, 1, Kept, image, []));
        var named = _contents.Images.SelectMany(image => image.Blobs).ToHashSet();
        foreach (var blob in named)
            Assert.Equal(blob.Bytes, (await nodes.CallerOf(1).SendAsync(HttpMethod.Get, $"/v2/{Kept.Name}/blobs/{blob.Digest}", Ct)).Body);
        var links = await nodes.Catalog.ReadAsync(
            tx => tx.FindAsync("SELECT COUNT(*) FROM repository_blob WHERE uses > 0", row => row.GetInt64(0)), Ct);
        Assert.Equal(named.Count, links);
        Assert.Empty(await CatalogInvariants.ListViolationsAsync(nodes.Catalog, Ct));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_tag_that_moves_is_always_found_and_moves_in_one_order_for_everybody(int count)
    {
        const int Moves = 25;
        await using var nodes = await StartAsync(count);
        // In a tidy repository what the tag leaves is collected at once: a reader may be just at it.
        var history = new RegistryHistory(_contents, [Tidy], [Tag], keepsBlobs: false);
        Assert.True(await PushAsync(nodes, history, 0, Tidy, _contents.Images[0], [Tag]));
        var isMoving = true;

        var readers = Enumerable.Range(0, 4).Select(async number =>
        {
            var (reader, reads) = (NewWorker(nodes, history, (ulong)number), 0);
            for (; Volatile.Read(ref isMoving) || reads == 0; reads++)
            {
                var (isAnswered, found) = await reader.Reads.FindTaggedAsync(Tidy, Tag, Ct);
                Assert.False(isAnswered && found is null, $"the tag was not there: {string.Join('\n', reader.Faults)}");
            }
            Assert.Empty(reader.Faults);
        }).ToList();
        try
        {
            await Task.WhenAll(Enumerable.Range(1, 4).Select(async writer =>
            {
                for (var move = 0; move < Moves; move++)
                    Assert.True(await PushAsync(nodes, history, writer * 100 + move, Tidy, ImageOf(writer + 4 * move), [Tag]));
            }));
        }
        finally
        {
            Volatile.Write(ref isMoving, false);
        }
        await Task.WhenAll(readers);

        Assert.Null(history.FindContradiction());
        Assert.Empty(await CatalogInvariants.ListViolationsAsync(nodes.Catalog, Ct));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_repository_deleted_beside_pushes_leaves_nothing(int count)
    {
        await using var nodes = await StartAsync(count);
        var isOver = false;
        var pushers = Enumerable.Range(0, Writers).Select(async writer =>
        {
            var dice = new Dice((ulong)writer);
            while (!Volatile.Read(ref isOver))
            {
                var image = dice.Pick(_contents.Images);
                foreach (var blob in image.Blobs)
                {
                    await ExpectAsync(
                        nodes.CallerOf(dice.Next(2)), HttpMethod.Post, $"blobs/uploads/?digest={blob.Digest}", blob.Bytes, "");
                    await ExpectAsync(nodes.CallerOf(dice.Next(2)), HttpMethod.Post, "blobs/uploads/", [], "");
                }
                await ExpectAsync(
                    nodes.CallerOf(dice.Next(2)), HttpMethod.Put, $"manifests/v{dice.Next(3)}", image.Bytes, "MANIFEST_BLOB_UNKNOWN");
            }
        }).ToList();
        try
        {
            for (var deletion = 0; deletion < 20; deletion++)
            {
                var path = $"/api/v1/repositories/{Kept.Name}";
                Assert.True((await nodes.CallerOf(deletion).SendAsync(HttpMethod.Put, path, Ct)).IsSuccess);
                var reply = await nodes.CallerOf(deletion + 1).SendAsync(HttpMethod.Delete, path, Ct);
                Assert.Equal(HttpStatusCode.NoContent, reply.Status);
            }
        }
        finally
        {
            Volatile.Write(ref isOver, true);
        }
        await Task.WhenAll(pushers);
        await nodes.Callers[0].SendAsync(HttpMethod.Delete, $"/api/v1/repositories/{Kept.Name}", Ct);

        await nodes.UntilEmptyAsync();
    }

    /// <summary>Every answer is a success, a refusal of this code, or that the repository is not there (any more).</summary>
    static async Task ExpectAsync(OciCaller caller, HttpMethod method, string target, byte[] body, string refusal)
    {
        var type = method == HttpMethod.Put ? "application/vnd.oci.image.manifest.v1+json" : "application/octet-stream";
        var reply = await caller.SendAsync(method, $"/v2/{Kept.Name}/{target}", Ct, OciCaller.Body(body, type));
        Assert.True(
            reply.IsSuccess || reply.Says("NAME_UNKNOWN") || (refusal.Length > 0 && reply.Says(refusal)),
            $"{method} {target} was answered with {(int)reply.Status}: {reply.Text}");
    }

    static async Task<RegistryNodes> StartAsync(int count)
    {
        var nodes = await RegistryNodes.StartAsync(count, Interval);
        await nodes.CreateAsync(Kept);
        await nodes.CreateAsync(Tidy);
        return nodes;
    }

    static async Task<bool> PushAsync(
        RegistryNodes nodes,
        RegistryHistory history,
        int seed,
        RegistryRepository repository,
        RegistryManifest manifest,
        IReadOnlyList<string> tags)
    {
        var worker = NewWorker(nodes, history, (ulong)seed);
        var isPushed = await worker.Manifests.PushAsync(repository, manifest, tags, Ct);
        Assert.Empty(worker.Faults);
        return isPushed == true;
    }

    static async Task<bool> PushBlobAsync(
        RegistryNodes nodes, RegistryHistory history, ulong seed, RegistryRepository repository, RegistryBlob blob)
    {
        var worker = NewWorker(nodes, history, seed);
        var isPushed = await worker.Blobs.PushAsync(repository, blob, Ct);
        Assert.Empty(worker.Faults);
        return isPushed == true;
    }

    static RegistryWorkload NewWorker(RegistryNodes nodes, RegistryHistory history, ulong seed) =>
        new(nodes.Callers, history, new Dice(seed));

    RegistryManifest ImageOf(int number) => _contents.Images[number % _contents.Images.Count];

    static string NameOf(int tag) => $"tag-{tag:000}";
}
