using System.IO.Pipelines;
using System.Text;
using Holdfast.Core.Blobs;
using Holdfast.Core.Content;
using Holdfast.Core.Content.Upkeep;
using Holdfast.Core.Repositories;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;
using Holdfast.TestKit.Blobs;
using Holdfast.TestKit.Durability;
using Store = Holdfast.Core.Catalog.Catalog;

namespace Holdfast.Core.Tests.Repositories;

/// <summary>Does random things to two repositories and, in memory, to a plain model of them; the same seed does the same things.</summary>
sealed class RepositoryHistory(Store catalog, int seed)
{
    static readonly string[] Tags = ["v1", "v2", "latest", "fixed-1", "fixed-2"];
    static readonly byte[][] Blobs = [[], TestBytes.Of(10), TestBytes.Of(300), TestBytes.Of(20_000), TestBytes.Of(70_000)];

    readonly Dice _dice = new((ulong)seed);
    readonly MemoryBlobStore _blobs = new();
    readonly List<ModelRepository> _model = [];

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>
    /// A history in an empty catalog, compared with the model on its way; at the end collection takes what nothing keeps.
    /// </summary>
    public static async Task CheckAsync(Store catalog, int seed)
    {
        var history = new RepositoryHistory(catalog, seed);
        await history.BeginAsync("things/one");
        await history.BeginAsync("things/two");
        for (var step = 0; step < 200; step++)
        {
            await history.StepAsync();
            if (step % 20 == 19)
                await history.CompareAsync();
        }
        await history.CollectAsync();
        await history.CompareAsync();
    }

    async Task BeginAsync(string name)
    {
        var made = await catalog.WriteAsync(tx => RepositoryTable.EnsureAsync(tx, RepositoryName.Parse(name), 1, "me"), Ct);
        await catalog.WriteAsync(
            async tx =>
            {
                await RepositoryTable.SetAsync(tx, made with { ImmutableTags = ["fixed-*"] });
                return true;
            },
            Ct);
        _model.Add(new ModelRepository(made.Id, [], [], []));
    }

    Task StepAsync() => _dice.Next(10) switch
    {
        0 or 1 => PushAsync(),
        2 or 3 => UploadAsync(),
        4 => MountAsync(),
        5 or 6 => PutManifestAsync(),
        7 => DeleteBlobAsync(),
        8 => DeleteManifestAsync(),
        _ => DeleteTagAsync(),
    };

    async Task PushAsync()
    {
        var (repository, content) = (_dice.Pick(_model), _dice.Pick(Blobs));
        await using var received = await ReceiveAsync(content, null);
        var name = ContentName.Of(content, NameLike());
        await RepositoryLinks.AddAsync(new ContentStore(catalog), received, repository.Id, name, Ct);
        repository.Blobs.Add(received.Digest);
    }

    /// <summary>In up to four chunks; finished, cancelled or left.</summary>
    async Task UploadAsync()
    {
        var (repository, content) = (_dice.Pick(_model), _dice.Pick(Blobs.Where(blob => blob.Length > 0).ToList()));
        var id = Guid.NewGuid();
        var upload = await catalog.WriteAsync(tx => BlobUploadTable.CreateAsync(tx, id, repository.Id, "me"), Ct);
        foreach (var chunk in content.Chunk(content.Length / (1 + _dice.Next(4)) + 1))
        {
            var hash = upload.Hash();
            await using var received = await ReceiveAsync(chunk, hash);
            await new ContentStore(catalog).StoreAsync(
                received,
                async (tx, blob) =>
                {
                    await BlobUploadTable.AppendAsync(tx, upload, received.Size, hash.Save(), blob);
                    return true;
                },
                Ct);
            upload = (await catalog.ReadAsync(tx => BlobUploadTable.FindAsync(tx, id, repository.Id), Ct))!;
        }
        Assert.Equal(content.Length, upload.Size);
        switch (_dice.Next(4))
        {
            case 0:
                Assert.True(await catalog.WriteAsync(tx => BlobUploadTable.DeleteAsync(tx, upload.Id), Ct));
                Assert.False(await catalog.WriteAsync(tx => BlobUploadTable.DeleteAsync(tx, upload.Id), Ct));
                return;
            case 1:
                return;
            default:
                await FinishAsync(repository, upload, content);
                return;
        }
    }

    async Task FinishAsync(ModelRepository repository, BlobUpload upload, byte[] content)
    {
        var name = ContentName.Of(content, NameLike());
        var digest = await new UploadDigests(catalog, Reads()).RequireAsync(upload, name, Ct);
        Assert.Equal(Digest.Of(content), digest);
        await catalog.WriteAsync(
            async tx =>
            {
                await RepositoryLinks.FinishAsync(tx, upload, await RepositoryTable.HoldAsync(tx, repository.Id), digest, name);
                return true;
            },
            Ct);
        repository.Blobs.Add(digest);
        await Assert.ThrowsAsync<StoreException>(
            async () => await catalog.WriteAsync(tx => BlobUploadTable.FinishAsync(tx, upload, 1, digest), Ct));
    }

    async Task MountAsync()
    {
        var (from, to) = (_model[0], _model[1]);
        if (from.Blobs.Count == 0)
            return;
        var digest = _dice.Pick(from.Blobs.ToList());
        var content = (await catalog.ReadAsync(tx => RepositoryBlobTable.FindAsync(tx, from.Id, digest), Ct))!;
        Assert.True(await catalog.WriteAsync(tx => RepositoryLinks.MountAsync(tx, to.Id, content, new ContentName(digest)), Ct));
        to.Blobs.Add(digest);
    }

    async Task PutManifestAsync()
    {
        var repository = _dice.Pick(_model);
        var names = Enumerable.Range(0, 1 + _dice.Next(3)).Select(_ => Digest.Of(_dice.Pick(Blobs))).Distinct().ToList();
        var parts = names.Select(digest => $$"""{"mediaType":"a/b","digest":"{{digest}}","size":1}""").ToList();
        var bytes = Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"config":{{parts[0]}},"layers":[{{string.Join(',', parts)}}],"n":{{_dice.Next(3)}}}""");
        var (tag, document) = (_dice.Pick(Tags), ManifestDocument.Parse(bytes, MediaTypes.OciManifest));
        await using var received = await ReceiveAsync(bytes, null);
        var manifest = new NewManifest(ContentName.Of(bytes, NameLike()), received.Digest, bytes.Length, document);
        var moves = repository.Tags.TryGetValue(tag, out var old) && old != received.Digest;
        var expected = !repository.Manifests.ContainsKey(received.Digest) && names.Any(name => !repository.Blobs.Contains(name))
            ? StoreError.ManifestBlobUnknown
            : moves && tag.StartsWith("fixed", StringComparison.Ordinal) ? StoreError.TagImmutable : (StoreError?)null;
        Assert.Equal(expected, await RefusalAsync(() => new ContentStore(catalog).StoreAsync(
            received,
            async (tx, blob) =>
            {
                await ManifestWrites.PutAsync(tx, repository.Id, manifest, [TagName.Parse(tag)], true, blob);
                return true;
            },
            Ct)));
        if (expected is not null)
            return;
        repository.Manifests[received.Digest] = names;
        repository.Tags[tag] = received.Digest;
    }

    async Task DeleteBlobAsync()
    {
        var (repository, digest) = (_dice.Pick(_model), Digest.Of(_dice.Pick(Blobs)));
        var expected = !repository.Blobs.Contains(digest) ? StoreError.NoSuchBlob
            : repository.Manifests.Values.Any(names => names.Contains(digest)) ? StoreError.ContentInUse
            : (StoreError?)null;
        Assert.Equal(expected, await RefusalAsync(() => catalog.WriteAsync(
            async tx =>
            {
                await RepositoryBlobTable.DeleteAsync(tx, repository.Id, digest);
                return true;
            },
            Ct)));
        if (expected is null)
            repository.Blobs.Remove(digest);
    }

    async Task DeleteManifestAsync()
    {
        var repository = _dice.Pick(_model);
        var digest = repository.Manifests.Count == 0 ? Digest.Empty : _dice.Pick(repository.Manifests.Keys.ToList());
        var tags = repository.Tags.Where(tag => tag.Value == digest).Select(tag => tag.Key).ToList();
        var isKept = tags.Exists(tag => tag.StartsWith("fixed", StringComparison.Ordinal));
        var isGone = false;
        Assert.Equal(isKept ? StoreError.TagImmutable : null, await RefusalAsync(async () =>
            isGone = await catalog.WriteAsync(tx => ManifestDeletion.DeleteAsync(tx, repository.Id, digest), Ct)));
        Assert.Equal(!isKept && repository.Manifests.ContainsKey(digest), isGone);
        if (!isGone)
            return;
        repository.Manifests.Remove(digest);
        tags.ForEach(tag => repository.Tags.Remove(tag));
    }

    async Task DeleteTagAsync()
    {
        var (repository, tag) = (_dice.Pick(_model), _dice.Pick(Tags));
        var isKept = tag.StartsWith("fixed", StringComparison.Ordinal) && repository.Tags.ContainsKey(tag);
        Assert.Equal(isKept ? StoreError.TagImmutable : null, await RefusalAsync(() => catalog.WriteAsync(
            async tx => await TagTable.DeleteAsync(tx, await RepositoryTable.HoldAsync(tx, repository.Id), TagName.Parse(tag)), Ct)));
        if (!isKept)
            repository.Tags.Remove(tag);
    }

    /// <summary>The tables hold what the model holds, and every count is what the rows say.</summary>
    async Task CompareAsync()
    {
        foreach (var wrong in RepositoryCounts.Wrong)
            Assert.Empty(await catalog.ReadAsync(tx => tx.ListAsync(wrong, row => row.GetInt64(0)), Ct));
        foreach (var repository in _model)
        {
            Assert.Equal(
                repository.Tags.Keys.Order(StringComparer.Ordinal),
                await catalog.ReadAsync(tx => TagTable.ListAsync(tx, repository.Id, "", 100), Ct));
            foreach (var content in Blobs)
            {
                var found = await catalog.ReadAsync(tx => RepositoryBlobTable.FindAsync(tx, repository.Id, Digest.Of(content)), Ct);
                Assert.Equal(repository.Blobs.Contains(Digest.Of(content)), found is not null);
                if (found is not null)
                    Assert.Equal(content, await ReadAsync(found));
            }
            foreach (var (tag, digest) in repository.Tags)
                Assert.Equal(
                    digest, (await catalog.ReadAsync(tx => ManifestTable.FindAsync(tx, repository.Id, TagName.Parse(tag)), Ct))!.Digest);
            foreach (var digest in repository.Manifests.Keys)
            {
                var found = (await catalog.ReadAsync(tx => ManifestTable.FindAsync(tx, repository.Id, digest), Ct))!;
                Assert.Equal(digest, Digest.Of(await ReadAsync(found.Content)));
            }
        }
    }

    async Task CollectAsync()
    {
        while (await catalog.WriteAsync(tx => BlobUploadTable.ExpireOneAsync(tx, TimeSpan.Zero), Ct))
        {
        }
        var (composites, blobs) = (
            new CompositeCollection(catalog, TimeSpan.Zero), new BlobCollection(catalog, _blobs, TimeSpan.Zero, 3));
        while (await composites.RunOnceAsync(Ct))
        {
        }
        while (await blobs.RunOnceAsync(Ct) > 0)
        {
        }
        Assert.Empty(await catalog.ReadAsync(tx => tx.ListAsync("SELECT id FROM blob WHERE refs = 0", row => row.GetInt64(0)), Ct));
        Assert.Empty(await catalog.ReadAsync(tx => tx.ListAsync("SELECT upload FROM blob_upload_part", row => row.GetInt64(0)), Ct));
    }

    async Task<byte[]> ReadAsync(ContentRef content)
    {
        var bytes = new byte[content.Size];
        if (bytes.Length == 0)
            return bytes;
        await using var reader = await Reads().OpenAsync(content, ByteRange.All(content.Size), Ct);
        for (var at = 0; at < bytes.Length;)
            at += await reader.ReadAsync(bytes.AsMemory(at), Ct);
        return bytes;
    }

    ContentReads Reads() => new(catalog, _blobs, new DamageReports(catalog));

    ValueTask<Received> ReceiveAsync(byte[] content, ResumableSha256? running) => new Ingest(_blobs).ReceiveAsync(
        PipeReader.Create(new MemoryStream(content)), new IngestRequest { MaxBytes = 1 << 20, Running = running }, Ct);

    /// <summary>A name by SHA-256, or sometimes by SHA-512.</summary>
    ContentName NameLike() => _dice.Next(3) == 0 ? ContentName.FromBytes(new byte[64]) : new ContentName(Digest.Empty);

    static async Task<StoreError?> RefusalAsync<T>(Func<ValueTask<T>> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (StoreException refusal)
        {
            return refusal.Error;
        }
    }

    static Task<StoreError?> RefusalAsync(Func<Task<bool>> act) => RefusalAsync(() => new ValueTask<bool>(act()));

    sealed record ModelRepository(
        long Id, HashSet<Digest> Blobs, Dictionary<Digest, List<Digest>> Manifests, Dictionary<string, Digest> Tags);
}
