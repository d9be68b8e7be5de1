using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Core.Access;
using Holdfast.Core.Blobs;
using Holdfast.Core.Content;
using Holdfast.Core.Content.Upkeep;
using Holdfast.Core.Objects;
using Holdfast.Protocol.S3;
using Holdfast.Protocol.S3.Xml;
using Store = Holdfast.Core.Catalog.Catalog;

namespace Holdfast.Core.Tests.Objects;

/// <summary>Does random things to one bucket and, in memory, to a plain model of it; the same seed does the same things.</summary>
sealed class StoreHistory(Store catalog, int seed)
{
    static readonly string[] Keys =
    [
        "a", "a/", "a/b", "a/b/c", "a/c", "a//", "b", "b/a", "b/a/x", "é", "é/1", "\uE000", "\U0001F600", "a0", "a-",
    ];
    static readonly string[] Contents = ["", "one", "two", new('x', 20_000), new('y', 40_000)];

    readonly Random _random = new(seed);
    readonly MemoryBlobStore _blobs = new();
    readonly List<ModelVersion> _model = [];
    BucketVersioning _versioning;
    Bucket _bucket = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A history of 150 steps in an empty catalog, compared with the model on its way and at its end.</summary>
    public static async Task CheckAsync(Store catalog, int seed)
    {
        var history = new StoreHistory(catalog, seed);
        await history.RunAsync(150);
        await history.CheckLinksAsync();
    }

    async Task RunAsync(int steps)
    {
        _bucket = (await catalog.WriteAsync(tx => BucketTable.CreateAsync(tx, "history", 1, "me", CannedAcl.Private, Pairs.None), Ct))!;
        for (var step = 0; step < steps; step++)
        {
            await StepAsync();
            if (step % 10 == 9)
                await CheckListingsAsync();
        }
        await CheckListingsAsync();
    }

    /// <summary>Every count of links is what the tables say, and collection takes exactly what nothing links.</summary>
    async Task CheckLinksAsync()
    {
        Assert.Empty(await catalog.ReadAsync(tx => tx.ListAsync(WrongBlobRefs, row => row.GetInt64(0)), Ct));
        Assert.Empty(await catalog.ReadAsync(tx => tx.ListAsync(WrongCompositeRefs, row => row.GetInt64(0)), Ct));
        var (uploads, composites, blobs) =
            (new UploadCollection(catalog, TimeSpan.FromDays(1)), new CompositeCollection(catalog, TimeSpan.Zero), Collector());
        while (await uploads.RunOnceAsync(Ct))
        {
        }
        while (await composites.RunOnceAsync(Ct))
        {
        }
        while (await blobs.RunOnceAsync(Ct) > 0)
        {
        }
        Assert.Empty(await catalog.ReadAsync(tx => tx.ListAsync(WrongBlobRefs, row => row.GetInt64(0)), Ct));
        Assert.Empty(await catalog.ReadAsync(tx => tx.ListAsync("SELECT id FROM blob WHERE refs = 0", row => row.GetInt64(0)), Ct));
        foreach (var version in _model.Where(version => version.Content is not null))
            Assert.Equal(version.Content, await ReadAsync(version));
    }

    BlobCollection Collector() => new(catalog, _blobs, TimeSpan.Zero, 3);

    Task StepAsync() => _random.Next(10) switch
    {
        < 4 => PutAsync(),
        4 => CopyAsync(),
        5 => MultipartAsync(),
        6 or 7 => DeleteAsync(),
        8 => DeleteVersionAsync(),
        _ => SetVersioningAsync(),
    };

    async Task PutAsync()
    {
        var (key, content) = (Pick(Keys), Pick(Contents));
        await using var received = await ReceiveAsync(content);
        var put = New(key, received.Hashes.Md5!);
        var (version, _) = await new ContentStore(catalog).StoreAsync(
            received,
            (tx, blob) => ObjectWrites.PutAsync(
                tx,
                _bucket.Id,
                put,
                ObjectCondition.None,
                async () => new ContentRef(received.Size, await blob(), null, received.Digest, null, false, null, 0)),
            Ct);
        Add(key, version.VersionId, content);
    }

    async Task CopyAsync()
    {
        var sources = _model.Where(version => version.Content is not null).ToList();
        if (sources.Count == 0)
            return;
        var (from, key) = (sources[_random.Next(sources.Count)], Pick(Keys));
        var source = (await FindAsync(from))!;
        var (version, _) = await catalog.WriteAsync(
            tx => ObjectWrites.PutAsync(
                tx,
                _bucket.Id,
                New(key, source.ETag.Md5.ToArray()),
                ObjectCondition.None,
                () => ContentLinks.AcquireAsync(tx, source.Content!)),
            Ct);
        Add(key, version.VersionId, from.Content);
    }

    async Task MultipartAsync()
    {
        var (key, content) = (Pick(Keys), Pick(Contents));
        await using var received = await ReceiveAsync(content);
        var upload = (await catalog.WriteAsync(
            tx => UploadTable.CreateAsync(tx, RandomNumberGenerator.GetBytes(16), _bucket.Id, New(key, []), default, null), Ct))!;
        var etag = received.Hashes.Md5!;
        await new ContentStore(catalog).StoreAsync(
            received,
            async (tx, blob) => await UploadTable.PutPartAsync(
                tx,
                await UploadTable.HoldOpenAsync(tx, upload.Id),
                new UploadPart(3, default, received.Size, await blob(), null, etag, null)),
            Ct);
        if (_random.Next(3) == 0)
        {
            await catalog.WriteAsync(
                async tx =>
                {
                    await UploadTable.AbortAsync(tx, upload.Id);
                    return true;
                },
                Ct);
            return;
        }
        CompletedPart[] parts = [new(3, Convert.ToHexStringLower(etag), null)];
        var version = await catalog.WriteAsync(
            tx => UploadCompletion.CompleteAsync(tx, upload.Id, parts, new CompletionExpectations(null, null, null), ObjectCondition.None),
            Ct);
        Add(key, version.VersionId, content);
    }

    async Task DeleteAsync()
    {
        var key = Pick(Keys);
        var outcome = await catalog.WriteAsync(
            tx => ObjectWrites.DeleteAsync(tx, _bucket.Id, Key(key), VersionRef.Current, "me", ObjectCondition.None), Ct);
        if (_versioning == BucketVersioning.Unversioned)
            _model.RemoveAll(version => version.Key == key);
        else
            Add(key, outcome.VersionId!, null);
    }

    async Task DeleteVersionAsync()
    {
        if (_model.Count == 0)
            return;
        var doomed = _model[_random.Next(_model.Count)];
        await catalog.WriteAsync(
            tx => ObjectWrites.DeleteAsync(tx, _bucket.Id, Key(doomed.Key), VersionRef.Parse(doomed.Id), "me", ObjectCondition.None), Ct);
        _model.Remove(doomed);
    }

    async Task SetVersioningAsync()
    {
        _versioning = _random.Next(2) == 0 ? BucketVersioning.Enabled : BucketVersioning.Suspended;
        await catalog.WriteAsync(
            async tx =>
            {
                await BucketTable.SetVersioningAsync(tx, _bucket.Id, _versioning);
                return true;
            },
            Ct);
    }

    async Task CheckListingsAsync()
    {
        var prefix = Pick(["", "", "a", "a/", "a/b", "é", "z"]);
        var delimiter = Pick(["", "/", "/", "b/"]);
        var max = _random.Next(1, 6);
        var newestFirst = _model.OrderBy(version => version.Key, Utf8Order.Instance).ThenByDescending(version => version.Order).ToList();
        var current = newestFirst.DistinctBy(version => version.Key).Where(version => version.Content is not null);
        Assert.Equal(Grouped(current, prefix, delimiter, version => version.Key), await ListObjectsAsync(prefix, delimiter, max));
        Assert.Equal(
            Grouped(
                newestFirst,
                prefix,
                delimiter,
                version => $"{version.Key} {version.Id} {newestFirst.First(other => other.Key == version.Key) == version}"),
            await ListVersionsAsync(prefix, delimiter, max));
    }

    async Task<List<string>> ListObjectsAsync(string prefix, string delimiter, int max)
    {
        var found = new List<(byte[] Key, string Text)>();
        byte[]? after = null;
        while (true)
        {
            var page = await catalog.ReadAsync(
                tx => ObjectListing.PageAsync(tx, _bucket.Id, Bytes(prefix), Bytes(delimiter), after, max), Ct);
            Assert.True(page.Objects.Count + page.Prefixes.Count <= max);
            found.AddRange(page.Objects.Select(item => (item.Key.Bytes, item.Key.ToString())));
            found.AddRange(page.Prefixes.Select(common => (common, "> " + Encoding.UTF8.GetString(common))));
            if (!page.IsTruncated)
                return Ordered(found);
            after = page.Last;
        }
    }

    async Task<List<string>> ListVersionsAsync(string prefix, string delimiter, int max)
    {
        var found = new List<(byte[] Key, string Text)>();
        byte[]? after = null;
        long? below = null;
        while (true)
        {
            var page = await catalog.ReadAsync(
                tx => VersionListing.PageAsync(tx, _bucket.Id, Bytes(prefix), Bytes(delimiter), after, below, max), Ct);
            Assert.True(page.Versions.Count + page.Prefixes.Count <= max);
            found.AddRange(page.Versions.Select(item => (item.Key.Bytes, $"{item.Key} {item.VersionId} {item.IsLatest}")));
            found.AddRange(page.Prefixes.Select(common => (common, "> " + Encoding.UTF8.GetString(common))));
            if (!page.IsTruncated)
                return Ordered(found);
            after = page.LastKey;
            below = page.LastVersionId is null ? null : page.Versions[^1].Seq;
        }
    }

    static List<string> Ordered(List<(byte[] Key, string Text)> found) =>
        [.. found.OrderBy(item => Encoding.UTF8.GetString(item.Key), Utf8Order.Instance).Select(item => item.Text)];

    static List<string> Grouped(IEnumerable<ModelVersion> versions, string prefix, string delimiter, Func<ModelVersion, string> show)
    {
        var shown = new List<string>();
        foreach (var version in versions.Where(version => version.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var at = delimiter.Length == 0 ? -1 : version.Key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
            var text = at < 0 ? show(version) : "> " + version.Key[..(at + delimiter.Length)];
            if (at < 0 || !shown.Contains(text))
                shown.Add(text);
        }
        return shown;
    }

    async Task<string> ReadAsync(ModelVersion version)
    {
        var content = (await FindAsync(version))!.Content!;
        var pipe = new Pipe();
        await using var reader = await new ContentReads(
            catalog, _blobs, new DamageReports(catalog)).OpenAsync(content, ByteRange.All(content.Size), Ct);
        var copying = CopyAsync(reader, pipe.Writer);
        using var bytes = new MemoryStream();
        await pipe.Reader.CopyToAsync(bytes, Ct);
        await copying;
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    static async Task CopyAsync(ContentReader reader, PipeWriter writer)
    {
        await reader.CopyToAsync(writer, Ct);
        await writer.CompleteAsync();
    }

    ValueTask<ObjectVersion?> FindAsync(ModelVersion version) =>
        catalog.ReadAsync(tx => ObjectTable.OpenAsync(tx, _bucket.Id, Key(version.Key), VersionRef.Parse(version.Id)), Ct);

    ValueTask<Received> ReceiveAsync(string content) => new Ingest(_blobs).ReceiveAsync(
        PipeReader.Create(new MemoryStream(Bytes(content))), new IngestRequest { Hashes = HashKinds.Md5, MaxBytes = 1 << 20 }, Ct);

    // Without versioning the version called null is replaced; its place in the order is the newest.
    void Add(string key, string id, string? content)
    {
        Assert.Equal(_versioning == BucketVersioning.Enabled, id != "null");
        if (id == "null")
            _model.RemoveAll(version => version.Key == key && version.Id == "null");
        var order = _model.Where(version => version.Key == key).Select(version => version.Order).DefaultIfEmpty(0).Max() + 1;
        _model.Add(new ModelVersion(key, id, order, content));
    }

    static NewObject New(string key, byte[] md5) => new(Key(key), "me", CannedAcl.Private, new ETag(md5, 0), null, Pairs.None, Pairs.None);

    static ObjectKey Key(string key) => ObjectKey.FromUtf8(Bytes(key));

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    string Pick(string[] choices) => choices[_random.Next(choices.Length)];

    const string WrongBlobRefs = """
    SELECT id FROM blob WHERE state = 0 AND refs <> (SELECT COUNT(*) FROM object_version v WHERE v.blob_id = blob.id)
        + (SELECT COUNT(*) FROM composite_part p WHERE p.blob_id = blob.id) + (SELECT COUNT(*) FROM upload_part u WHERE u.blob_id = blob.id)
    """;

    const string WrongCompositeRefs = """
        SELECT id FROM composite WHERE refs <> (SELECT COUNT(*) FROM object_version v WHERE v.composite_id = composite.id)
            + (SELECT COUNT(*) FROM upload_part u WHERE u.composite_id = composite.id)
        """;

    sealed record ModelVersion(string Key, string Id, int Order, string? Content);
}
