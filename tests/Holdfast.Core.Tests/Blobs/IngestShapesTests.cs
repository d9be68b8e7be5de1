using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Core.Blobs;
using Holdfast.Protocol;
using Holdfast.TestKit.Blobs;

namespace Holdfast.Core.Tests.Blobs;

/// <summary>However a body arrives, it is the same content.</summary>
public sealed class IngestShapesTests
{
    const HashKinds Kinds = HashKinds.Md5 | HashKinds.Crc32 | HashKinds.Crc32C | HashKinds.Crc64Nvme | HashKinds.Sha1;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Any_segmentation_gives_the_same_result() => Prop.ForAll(
        (from small in Gen.Elements(true, false)
         from length in Gen.Choose(0, small ? 40_000 : 1_400_000)
         from pieces in Gen.ArrayOf(Gen.Choose(1, small ? 5000 : 100_000))
         from declared in Gen.Elements(true, false)
         from inline in Gen.Choose(0, 20_000)
         select (length, pieces, declared, inline)).ToArbitrary(),
        async c =>
        {
            var content = TestBytes.Of(c.length);
            var request = new IngestRequest
            {
                MaxBytes = c.length,
                Hashes = Kinds,
                Length = c.declared ? c.length : null,
                InlineBytes = c.inline,
            };
            var store = new MemoryBlobStore();
            await using var received = await new Ingest(store).ReceiveAsync(TestBytes.Body(content, [.. c.pieces, 1000]), request, Ct);
            return await IsAsync(content, received, c.inline, store);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(2_000_000)]
    [InlineData(5 * 1024 * 1024)]
    public async Task Side_by_side_and_straight_give_the_same(int length)
    {
        var content = TestBytes.Of(length);
        using var straight = new ContentHasher(Kinds);
        straight.Append(content);
        var expected = straight.Finish();

        await using var received = await new Ingest(new MemoryBlobStore()).ReceiveAsync(
            TestBytes.Body(content, [30_000, 1]), new() { MaxBytes = length, Length = length, Hashes = Kinds }, Ct);

        Assert.Equivalent(expected, received.Hashes, strict: true);
        Assert.Equal(straight.Sums.Segments, received.Sums.Segments);
    }

    [Fact]
    public async Task A_reader_whose_reads_are_cancelled_ends_the_ingest()
    {
        var pipe = new Pipe();
        var receiving = new Ingest(new MemoryBlobStore()).ReceiveAsync(pipe.Reader, new() { MaxBytes = 10 }, Ct).AsTask();

        pipe.Reader.CancelPendingRead();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
    }

    [Fact]
    public async Task A_stream_is_a_body_too()
    {
        var content = TestBytes.Of(1_234_567);
        using var stream = new MemoryStream(content);

        await using var received = await new Ingest(new MemoryBlobStore()).ReceiveAsync(
            PipeReader.Create(stream), new() { MaxBytes = content.Length }, Ct);

        Assert.Equal(Digest.Of(content), received.Digest);
    }

    [Fact]
    public async Task The_reader_is_left_at_the_end_and_not_completed()
    {
        var body = TestBytes.Body(TestBytes.Of(100_000));

        await using var received = await new Ingest(new MemoryBlobStore()).ReceiveAsync(body, new() { MaxBytes = 100_000 }, Ct);

        var read = await body.ReadAsync(Ct);
        Assert.True(read.IsCompleted);
        Assert.True(read.Buffer.IsEmpty);
    }

    static async Task<bool> IsAsync(byte[] content, Received received, int inline, MemoryBlobStore store)
    {
        var expected = ContentHasher.Of(content, Kinds, ChunkSums.Of(content));
        Assert.Equivalent(expected, received.Hashes, strict: true);
        Assert.Equal(ChunkSums.Of(content).Segments, received.Sums.Segments);
        Assert.Equal(content.Length, received.Size);
        Assert.Equal(content.Length <= inline, received.IsInline);
        if (received.IsInline)
            return received.InlineBytes.Span.SequenceEqual(content);
        var info = await received.CommitAsync(Ct);
        await using var reader = await store.OpenAsync(info.Location, ByteRange.All(info.Size), Ct);
        var read = new byte[content.Length];
        return await reader!.ReadAsync(read, Ct) == content.Length && read.AsSpan().SequenceEqual(content);
    }
}
