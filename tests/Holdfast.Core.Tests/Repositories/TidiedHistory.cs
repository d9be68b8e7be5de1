using Holdfast.Core.Content;
using Holdfast.Core.Repositories;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;
using Holdfast.TestKit.Catalog;
using Holdfast.TestKit.Durability;
using Holdfast.TestKit.Durability.Registry;
using Store = Holdfast.Core.Catalog.Catalog;

namespace Holdfast.Core.Tests.Repositories;

/// <summary>
/// Does random things to two repositories, one of which is tidied, and, in memory, to a plain model of them; the same seed does the same.
/// </summary>
sealed class TidiedHistory(Store catalog, MovableClock clock, int seed)
{
    const string Immutable = "fixed";

    static readonly TimeSpan UnusedAge = TimeSpan.FromSeconds(7);
    static readonly TimeSpan UntaggedAge = TimeSpan.FromSeconds(5);
    static readonly TimeSpan DanglingAge = TimeSpan.FromSeconds(3);
    static readonly TimeSpan UploadExpiry = TimeSpan.FromSeconds(11);

    static readonly string[] Tags = ["a", "b", "c", "A", "a.b", Immutable];

    readonly Dice _dice = new((ulong)seed);
    readonly RepositoryStore _store = new(catalog);
    readonly RegistryContents _contents = new();
    readonly List<(Repository Row, RepositoryModel Model)> _repositories = [];

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A history of 250 steps in an empty catalog, compared with the model on its way and at its end.</summary>
    public static async Task CheckAsync(Store catalog, MovableClock clock, int seed)
    {
        var history = new TidiedHistory(catalog, clock, seed);
        await history.CreateAsync("model/kept", null, null);
        await history.CreateAsync("model/tidy", UntaggedAge, DanglingAge);
        for (var step = 0; step < 250; step++)
        {
            await history.StepAsync(history._dice.Pick(history._repositories));
            if (step % 10 == 9)
                await history.CheckAsync();
        }
        await history.SettleAsync();
    }

    async Task CreateAsync(string name, TimeSpan? untagged, TimeSpan? dangling)
    {
        var row = await catalog.WriteAsync(
            async tx =>
            {
                var fresh = await RepositoryTable.EnsureAsync(tx, RepositoryName.Parse(name), 1, "me");
                var made = fresh with { UntaggedAge = untagged, DanglingAge = dangling, ImmutableTags = [Immutable] };
                await RepositoryTable.SetAsync(tx, made);
                return made;
            },
            Ct);
        _repositories.Add((row, new RepositoryModel(clock, UnusedAge, untagged, dangling)));
    }

    async Task StepAsync((Repository Row, RepositoryModel Model) at)
    {
        var (row, model) = at;
        switch (_dice.Next(20))
        {
            case < 4:
                await PushAsync(row, model, _dice.Pick(_contents.Blobs));
                break;
            case 4:
                await UploadAsync(row, model, _dice.Pick(_contents.Blobs));
                break;
            case 5:
                await MountAsync(row, model, _dice.Pick(_contents.Blobs));
                break;
            case 6:
                await DeleteBlobAsync(row, model, RepositoryModel.Of(_dice.Pick(_contents.Blobs)));
                break;
            case < 13:
                await PutAsync(row, model, _dice.Pick(_contents.Manifests));
                break;
            case 13 or 14:
                await UntagAsync(row, model, _dice.Pick(Tags));
                break;
            case 15:
                await DeleteManifestAsync(row, model, RepositoryModel.Of(_dice.Pick(_contents.Manifests)));
                break;
            case 16 or 17:
                clock.Advance(TimeSpan.FromMilliseconds(_dice.Next(4000)));
                break;
            default:
                await CollectAsync();
                break;
        }
    }

    async Task PushAsync(Repository row, RepositoryModel model, RegistryBlob blob)
    {
        await using var received = await _store.ReceiveAsync(blob.Bytes, null);
        await RepositoryLinks.AddAsync(new ContentStore(catalog), received, row.Id, ContentName.Parse(blob.Digest), Ct);
        model.AddBlob(RepositoryModel.Of(blob));
    }

    /// <summary>In one to three pieces; now and then it is left there, or given up.</summary>
    async Task UploadAsync(Repository row, RepositoryModel model, RegistryBlob blob)
    {
        var upload = await catalog.WriteAsync(tx => BlobUploadTable.CreateAsync(tx, Guid.NewGuid(), row.Id, "me"), Ct);
        foreach (var piece in blob.Bytes.Chunk(Math.Max(1, blob.Bytes.Length / (1 + _dice.Next(3)))))
        {
            var hash = upload.Hash();
            await using var received = await _store.ReceiveAsync(piece, hash);
            var (before, state) = (upload, hash.Save());
            await new ContentStore(catalog).StoreAsync(
                received,
                async (tx, id) =>
                {
                    await BlobUploadTable.AppendAsync(tx, before, received.Size, state, id);
                    return true;
                },
                Ct);
            upload = upload with { Size = upload.Size + piece.Length, Parts = upload.Parts + 1, HashState = state };
        }
        switch (_dice.Next(4))
        {
            case 0:
                return;
            case 1:
                await catalog.WriteAsync(tx => BlobUploadTable.DeleteAsync(tx, upload.Id), Ct);
                return;
        }
        await catalog.WriteAsync(
            async tx =>
            {
                await RepositoryLinks.FinishAsync(tx, upload, row, RepositoryModel.Of(blob), ContentName.Parse(blob.Digest));
                return true;
            },
            Ct);
        model.AddBlob(RepositoryModel.Of(blob));
    }

    async Task MountAsync(Repository row, RepositoryModel model, RegistryBlob blob)
    {
        var from = _dice.Pick(_repositories);
        var digest = RepositoryModel.Of(blob);
        var content = await catalog.ReadAsync(tx => RepositoryBlobTable.FindAsync(tx, from.Row.Id, digest), Ct);
        Assert.Equal(from.Model.HasBlob(digest), content is not null);
        if (content is null)
            return;
        Assert.True(await catalog.WriteAsync(tx => RepositoryLinks.MountAsync(tx, row.Id, content, new ContentName(digest)), Ct));
        model.AddBlob(digest);
    }

    async Task DeleteBlobAsync(Repository row, RepositoryModel model, Digest digest)
    {
        StoreError? expected = !model.HasBlob(digest) ? StoreError.NoSuchBlob : model.IsUsed(digest) ? StoreError.ContentInUse : null;
        await _store.ExpectAsync(expected, tx => RepositoryBlobTable.DeleteAsync(tx, row.Id, digest));
        if (expected is null)
            model.RemoveBlob(digest);
    }

    async Task PutAsync(Repository row, RepositoryModel model, RegistryManifest manifest)
    {
        var (digest, tags) = (RepositoryModel.Of(manifest), Enumerable.Range(0, _dice.Next(3)).Select(_ => _dice.Pick(Tags)).Distinct());
        var names = tags.Select(TagName.Parse).ToList();
        var put = new NewManifest(
            new ContentName(digest), digest, manifest.Bytes.Length, ManifestDocument.Parse(manifest.Bytes, manifest.MediaType));
        var isFixed = names.Exists(tag => tag.ToString() == Immutable)
            && model.Tags.TryGetValue(Immutable, out var known) && known != digest;
        StoreError? expected = !model.Takes(manifest) ? StoreError.ManifestBlobUnknown : isFixed ? StoreError.TagImmutable : null;
        await using var received = await _store.ReceiveAsync(manifest.Bytes, null);
        var refusal = await RepositoryStore.RefusalAsync(async () => await new ContentStore(catalog).StoreAsync(
            received,
            async (tx, blob) =>
            {
                await ManifestWrites.PutAsync(tx, row.Id, put, names, mayLackChildren: false, blob);
                return true;
            },
            Ct));
        Assert.Equal(expected, refusal);
        if (refusal is not null)
            return;
        model.AddManifest(manifest);
        names.ForEach(tag => model.Point(tag.ToString(), digest));
    }

    async Task UntagAsync(Repository row, RepositoryModel model, string tag)
    {
        StoreError? expected = tag == Immutable && model.Tags.ContainsKey(tag) ? StoreError.TagImmutable : null;
        await _store.ExpectAsync(
            expected,
            async tx => Assert.Equal(
                model.Tags.ContainsKey(tag),
                await TagTable.DeleteAsync(tx, await RepositoryTable.HoldAsync(tx, row.Id), TagName.Parse(tag))));
        if (expected is null)
            model.RemoveTag(tag);
    }

    async Task DeleteManifestAsync(Repository row, RepositoryModel model, Digest digest)
    {
        var isFixed = model.Tags.TryGetValue(Immutable, out var known) && known == digest;
        await _store.ExpectAsync(
            isFixed ? StoreError.TagImmutable : null,
            async tx => Assert.Equal(model.HasManifest(digest), await ManifestDeletion.DeleteAsync(tx, row.Id, digest)));
        if (!isFixed && model.HasManifest(digest))
            model.RemoveManifest(digest);
    }

    /// <summary>A round of everything that a node does.</summary>
    async Task CollectAsync()
    {
        await _store.CollectAsync(UploadExpiry, UnusedAge);
        foreach (var (row, model) in _repositories)
            Assert.Null(model.Collect([.. await _store.ListAsync(row, "manifest")], [.. await _store.ListAsync(row, "repository_blob")]));
    }

    /// <summary>Given time, collection takes everything that it may, and leaves what the model says, byte for byte.</summary>
    async Task SettleAsync()
    {
        for (var round = 0; round < 6; round++)
        {
            clock.Advance(UploadExpiry);
            await CollectAsync();
        }
        await CheckAsync();
        Assert.All(_repositories, one => Assert.True(one.Model.IsSettled()));
        Assert.Equal(0, await CountAsync("blob WHERE refs = 0"));
        Assert.Equal(0, await CountAsync("blob_upload"));
        foreach (var (row, model) in _repositories)
        {
            foreach (var blob in _contents.Blobs.Where(blob => model.HasBlob(RepositoryModel.Of(blob))))
            {
                var content = await catalog.ReadAsync(tx => RepositoryBlobTable.FindAsync(tx, row.Id, RepositoryModel.Of(blob)), Ct);
                Assert.Equal(blob.Bytes, await _store.ReadAsync(content!));
            }
            foreach (var (tag, digest) in model.Tags)
            {
                var manifest = await catalog.ReadAsync(tx => ManifestTable.FindAsync(tx, row.Id, TagName.Parse(tag)), Ct);
                Assert.Equal(_contents.Find($"{digest}")!.Bytes, await _store.ReadAsync(manifest!.Content));
            }
        }
    }

    async Task CheckAsync()
    {
        foreach (var (row, model) in _repositories)
        {
            Assert.Equal(model.Manifests, await _store.ListAsync(row, "manifest"));
            Assert.Equal(model.Blobs, await _store.ListAsync(row, "repository_blob"));
            Assert.Equal(model.Tags.Keys, await catalog.ReadAsync(tx => TagTable.ListAsync(tx, row.Id, "", 100), Ct));
            foreach (var (tag, digest) in model.Tags)
                Assert.Equal(digest, (await catalog.ReadAsync(tx => ManifestTable.FindAsync(tx, row.Id, TagName.Parse(tag)), Ct))?.Digest);
            foreach (var subject in _contents.Referrers.Select(referrer => referrer.Subject!))
            {
                var listed = await catalog.ReadAsync(
                    tx => ManifestTable.ListReferrersAsync(tx, row.Id, ContentName.Parse(subject.Digest), [], 100), Ct);
                Assert.Equal(
                    _contents.Referrers.Where(one => one.Subject == subject).Select(RepositoryModel.Of).Where(model.HasManifest).Order(),
                    listed.Select(one => one.Name.Digest!.Value));
            }
        }
        Assert.Empty(await CatalogInvariants.ListViolationsAsync(catalog, Ct));
    }

    ValueTask<long> CountAsync(string rows) =>
        catalog.ReadAsync(tx => tx.FindAsync($"SELECT COUNT(*) FROM {rows}", row => row.GetInt64(0)), Ct);
}
