using FsCheck;
using FsCheck.Fluent;
using Holdfast.Core.Blobs;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.TestKit.Blobs;

namespace Holdfast.Core.Tests.Blobs;

public sealed class VerifyingReaderTests
{
    const int Chunk = ChunkSums.ChunkBytes;

    readonly MemoryBlobStore _store = new();
    readonly List<int> _segmentsAsked = [];

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<int, long, long> Ranges => new()
    {
        { 0, 0, 0 },
        { 1, 0, 1 },
        { 100, 50, 10 },
        { Chunk, 0, Chunk },
        { Chunk + 1, Chunk, 1 },
        { Chunk - 1, 0, Chunk - 1 },
        { 10 * Chunk, 0, 10 * Chunk },
        { 10 * Chunk, 1, (10 * Chunk) - 1 },
        { 10 * Chunk, Chunk, 9 * Chunk },
        { 10 * Chunk, Chunk - 1, Chunk + 2 },
        { (10 * Chunk) + 17, 3 * Chunk, (7 * Chunk) + 17 },
        { (10 * Chunk) + 17, (10 * Chunk) + 16, 1 },
        { (10 * Chunk) + 17, 5, 0 },
        { 5 * Chunk, 70_000, 200_000 },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public async Task A_range_is_read_exactly(int size, long offset, long length)
    {
        var content = TestBytes.Of(size);
        var (blob, sums) = await PutAsync(content);
        var expected = content[(int)offset..(int)(offset + length)];

        Assert.Equal(expected, await ReadAsync(blob, sums, new ByteRange(offset, length), 1 << 20));
        Assert.Equal(expected, await ReadAsync(blob, sums, new ByteRange(offset, length), 2 * Chunk));
        Assert.Equal(expected, await ReadAsync(blob, sums, new ByteRange(offset, length), 7777));
    }

    [Fact]
    public void Any_range_of_any_content_is_the_same_however_it_is_read() => Prop.ForAll(
        Gen.Choose(0, 6 * Chunk).SelectMany(size => Gen.Choose(0, size).SelectMany(offset =>
            Gen.Choose(0, size - offset).SelectMany(length => Gen.Choose(1, 400_000).Select(step => (size, offset, length, step)))))
            .ToArbitrary(),
        async c =>
        {
            var content = TestBytes.Of(c.size);
            var (blob, sums) = await PutAsync(content);
            var range = new ByteRange(c.offset, c.length);
            var expected = content[c.offset..(c.offset + c.length)];
            var read = await ReadAsync(blob, sums, range, c.step);
            return expected.SequenceEqual(read);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(Chunk - 1)]
    [InlineData(Chunk)]
    [InlineData((5 * Chunk) + 99)]
    public async Task A_flipped_bit_is_found_wherever_its_chunk_is_touched_and_nothing_of_the_chunk_is_given(int at)
    {
        var content = TestBytes.Of((5 * Chunk) + 100);
        var sums = ChunkSums.Of(content);
        content[at] ^= 1;
        var (blob, _) = await PutAsync(content);
        var chunkStart = at / Chunk * Chunk;
        var chunkLength = Math.Min(Chunk, content.Length - chunkStart);

        foreach (var range in new[] { ByteRange.All(content.Length), new(at, 1), new(chunkStart, 1), new(chunkStart + chunkLength - 1, 1) })
        {
            await using var reader = await OpenAsync(blob, sums, range);
            var given = 0;
            async Task ReadAllAsync()
            {
                while (await reader.ReadAsync(new byte[1000], Ct) is > 0 and var count)
                    given += count;
            }

            var refusal = await Assert.ThrowsAsync<StoreException>(ReadAllAsync);

            Assert.Equal(StoreError.BlobDamaged, refusal.Error);
            Assert.Contains(blob.Digest.ToString(), refusal.Message, StringComparison.Ordinal);
            Assert.Contains($"byte {chunkStart} ", refusal.Message, StringComparison.Ordinal);
            Assert.InRange(given, 0, chunkStart);
            await Assert.ThrowsAsync<StoreException>(() => ReadAsync(blob, sums, range, 4 * Chunk));
        }
    }

    [Fact]
    public async Task Damage_elsewhere_does_not_spoil_a_range()
    {
        var content = TestBytes.Of(3 * Chunk);
        var sums = ChunkSums.Of(content);
        content[0] ^= 1;
        content[^1] ^= 1;
        var (blob, _) = await PutAsync(content);

        Assert.Equal(content[Chunk..(2 * Chunk)], await ReadAsync(blob, sums, new ByteRange(Chunk, Chunk), 1000));
    }

    [Fact]
    public async Task A_blob_without_sums_or_shorter_than_the_catalog_says_is_damaged()
    {
        var content = TestBytes.Of(3 * Chunk);
        var (blob, sums) = await PutAsync(content);

        var bare = await Assert.ThrowsAsync<StoreException>(() => ReadAsync(blob, new ChunkSums(), ByteRange.All(blob.Size), 1000));
        var cut = await Assert.ThrowsAsync<StoreException>(
            () => ReadAsync(blob with { Size = blob.Size + 1 }, sums, ByteRange.All(blob.Size + 1), 1000));

        Assert.Equal(StoreError.BlobDamaged, bare.Error);
        Assert.Equal(StoreError.BlobDamaged, cut.Error);
    }

    [Fact]
    public async Task An_absent_blob_is_null() =>
        Assert.Null(await VerifyingReader.OpenAsync(_store, new(new("x"), Digest.Empty, 0), default, (_, _) => default, Ct));

    [Fact]
    public async Task Only_the_segments_of_the_range_are_asked_for_and_each_once()
    {
        var content = TestBytes.Of((2 * (int)ChunkSums.SegmentBytes) + 100);
        var (blob, sums) = await PutAsync(content);

        await ReadAsync(blob, sums, new ByteRange(ChunkSums.SegmentBytes - 10, 20), 5);
        await ReadAsync(blob, sums, new ByteRange((2 * ChunkSums.SegmentBytes) + 1, 1), 5);
        await ReadAsync(blob, sums, new ByteRange(ChunkSums.SegmentBytes, ChunkSums.SegmentBytes), 1 << 20);

        Assert.Equal([0, 1, 2, 1], _segmentsAsked);
    }

    async Task<(BlobInfo Blob, ChunkSums Sums)> PutAsync(byte[] content)
    {
        await using var writer = await _store.CreateAsync(default, Ct);
        await writer.WriteAsync(new(content), Ct);
        return (await writer.CommitAsync(Digest.Of(content), Ct), ChunkSums.Of(content));
    }

    async Task<VerifyingReader> OpenAsync(BlobInfo blob, ChunkSums sums, ByteRange range)
    {
        ValueTask<ReadOnlyMemory<byte>> SegmentAsync(int segment, CancellationToken ct)
        {
            _segmentsAsked.Add(segment);
            return new(segment < sums.Segments.Count ? sums.Segments[segment] : default(ReadOnlyMemory<byte>));
        }

        return (await VerifyingReader.OpenAsync(_store, blob, range, SegmentAsync, Ct))!;
    }

    async Task<byte[]> ReadAsync(BlobInfo blob, ChunkSums sums, ByteRange range, int step)
    {
        await using var reader = await OpenAsync(blob, sums, range);
        using var all = new MemoryStream();
        var buffer = new byte[step];
        for (var count = -1; count != 0;)
        {
            count = await reader.ReadAsync(buffer, Ct);
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }
}
