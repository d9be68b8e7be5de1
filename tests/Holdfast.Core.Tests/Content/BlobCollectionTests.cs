using System.IO.Pipelines;
using Holdfast.Core.Access;
using Holdfast.Core.Blobs;
using Holdfast.Core.Content;
using Holdfast.Core.Content.Upkeep;
using Holdfast.Core.Objects;
using Holdfast.Protocol.S3;
using Holdfast.TestKit.Blobs;
using Holdfast.TestKit.Catalog;

namespace Holdfast.Core.Tests.Content;

public sealed class BlobCollectionTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Uploads_of_the_same_bytes_racing_collection_never_lose_them()
    {
        await using var test = await TestCatalog.OpenSqliteAsync(null, Ct);
        var blobs = new MemoryBlobStore();
        var bucket = (await test.Catalog.WriteAsync(
            tx => BucketTable.CreateAsync(tx, "race", 1, "me", CannedAcl.Private, Pairs.None), Ct))!;
        var content = TestBytes.Of(20_000);
        var done = false;
        var collecting = CollectAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(WriteAsync));

        done = true;
        await collecting;

        async Task WriteAsync(int writer)
        {
            var key = ObjectKey.FromUtf8([(byte)('a' + writer)]);
            for (var round = 0; round < 40; round++)
            {
                await PutAsync(key);
                var version = (await test.Catalog.ReadAsync(tx => ObjectTable.OpenAsync(tx, bucket.Id, key, VersionRef.Current), Ct))!;
                Assert.NotNull(await blobs.FindAsync(new BlobLocation(version.Content!.Location!), Ct));
                await test.Catalog.WriteAsync(
                    tx => ObjectWrites.DeleteAsync(tx, bucket.Id, key, VersionRef.Current, "me", ObjectCondition.None), Ct);
            }
        }

        async Task PutAsync(ObjectKey key)
        {
            var request = new IngestRequest { Hashes = HashKinds.Md5, MaxBytes = 1 << 20 };
            await using var received = await new Ingest(blobs).ReceiveAsync(PipeReader.Create(new MemoryStream(content)), request, Ct);
            var put = new NewObject(key, "me", CannedAcl.Private, new ETag(received.Hashes.Md5, 0), null, Pairs.None, Pairs.None);
            await new ContentStore(test.Catalog).StoreAsync(
                received,
                (tx, blob) => ObjectWrites.PutAsync(
                    tx,
                    bucket.Id,
                    put,
                    ObjectCondition.None,
                    async () => new ContentRef(received.Size, await blob(), null, received.Digest, null, false, null, 0)),
                Ct);
        }

        async Task CollectAsync()
        {
            var collection = new BlobCollection(test.Catalog, blobs, TimeSpan.Zero, 10);
            while (!Volatile.Read(ref done))
            {
                await collection.RunOnceAsync(Ct);
                await Task.Yield();
            }
        }
    }
}
