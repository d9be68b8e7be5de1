using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Holdfast.Core.Blobs;
using Holdfast.Core.Blobs.Files;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Hashing;
using Holdfast.TestKit.Blobs;
using Holdfast.TestKit.Server;

namespace Holdfast.Core.Tests.Blobs;

public sealed class IngestTests : IDisposable
{
    const HashKinds AllKinds = HashKinds.Md5 | HashKinds.Crc32 | HashKinds.Crc32C | HashKinds.Crc64Nvme | HashKinds.Sha1 | HashKinds.Sha512;

    readonly TestDirectory _directory = new();
    readonly FileBlobStore _store;
    readonly Ingest _ingest;

    public IngestTests()
    {
        _store = new FileBlobStore(new() { Root = _directory.Path, NodeId = "n1" }, TimeProvider.System);
        _ingest = new Ingest(_store);
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    public static TheoryData<int> Lengths =>
    [
        0, 1, 4096, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537, 1_048_575, 1_048_576, 1_048_577,
        3 * 524_288, 67_108_863, 67_108_864, 67_108_865,
    ];

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task A_body_is_received_and_hashed_whole_whether_its_length_is_declared_or_not(int length)
    {
        var content = TestBytes.Of(length);

        foreach (var declared in new long?[] { length, null })
        {
            await using var received = await _ingest.ReceiveAsync(
                TestBytes.Body(content, [65_536]), new() { MaxBytes = length, Hashes = AllKinds, Length = declared }, Ct);

            Assert.Equal(length, received.Size);
            Assert.Equal(Digest.Of(content), received.Digest);
            Assert.Equal(length <= 16_384, received.IsInline);
            AssertHashes(content, received.Hashes);
            AssertSums(content, received.Sums.Segments);
            if (received.IsInline)
                Assert.Equal(content, received.InlineBytes);
            else
                await AssertStoredAsync(content, received);
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(50_000)]
    [InlineData(2_000_000)]
    public async Task Hashes_that_nobody_asked_for_are_null(int length)
    {
        await using var received = await _ingest.ReceiveAsync(TestBytes.Body(TestBytes.Of(length)), new() { MaxBytes = length }, Ct);

        var hashes = received.Hashes;
        Assert.All([hashes.Md5, hashes.Crc32, hashes.Crc32C, hashes.Crc64Nvme, hashes.Sha1, hashes.Sha512], Assert.Null);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(1_500_000)]
    public async Task Expectations_that_are_met_pass(int length)
    {
        var content = TestBytes.Of(length);
        var request = new IngestRequest { MaxBytes = length, Length = length, Sha256 = Digest.Of(content), Md5 = MD5.HashData(content) };

        await using var received = await _ingest.ReceiveAsync(TestBytes.Body(content), request, Ct);

        Assert.Equal(MD5.HashData(content), received.Hashes.Md5);
    }

    [Theory]
    [MemberData(nameof(BrokenExpectations))]
    public async Task A_broken_expectation_is_refused_and_leaves_nothing(int length, string what, StoreError expected)
    {
        var content = TestBytes.Of(length);
        var request = new IngestRequest { MaxBytes = length };
        request = what switch
        {
            "sha256" => request with { Sha256 = Digest.Of([]) },
            "md5" => request with { Md5 = new byte[16] },
            "shorter" => request with { Length = length + 1, MaxBytes = length + 1 },
            "longer" => request with { Length = length - 1 },
            "declared too large" => request with { MaxBytes = length - 1, Length = length },
            _ => request with { MaxBytes = length - 1 },
        };

        var refusal = await Assert.ThrowsAsync<StoreException>(
            async () => await _ingest.ReceiveAsync(TestBytes.Body(content, [1000, 7, 60_000]), request, Ct));

        Assert.Equal(expected, refusal.Error);
        Assert.Empty(_directory.Files());
    }

    public static TheoryData<int, string, StoreError> BrokenExpectations()
    {
        var data = new TheoryData<int, string, StoreError>();
        foreach (var length in new[] { 1, 16_384, 16_385, 700_000, 1_048_577, 2_200_000 })
        {
            data.Add(length, "sha256", StoreError.ContentSha256Mismatch);
            data.Add(length, "md5", StoreError.ContentDigestMismatch);
            data.Add(length, "shorter", StoreError.IncompleteBody);
            data.Add(length, "longer", StoreError.IncompleteBody);
            data.Add(length, "declared too large", StoreError.EntityTooLarge);
            data.Add(length, "too large", StoreError.EntityTooLarge);
        }

        return data;
    }

    [Fact]
    public async Task A_refusal_states_both_values()
    {
        var content = TestBytes.Of(100);
        var tooLarge = await RefusalAsync(content, new() { MaxBytes = 99, Length = 100 });
        var sha256 = await RefusalAsync(content, new() { MaxBytes = 100, Sha256 = Digest.Empty });
        var md5 = await RefusalAsync(content, new() { MaxBytes = 100, Md5 = new byte[16] });

        Assert.Equal([new("ProposedSize", "100"), new("MaxSizeAllowed", "99")], tooLarge.Details);
        Assert.Contains(Digest.Empty.ToString(), sha256.Message, StringComparison.Ordinal);
        Assert.Contains(Digest.Of(content).ToString(), sha256.Message, StringComparison.Ordinal);
        Assert.Contains(Convert.ToBase64String(MD5.HashData(content)), md5.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(300_000)]
    [InlineData(3_000_000)]
    public async Task A_client_that_goes_away_is_heard_of_and_leaves_nothing(int length)
    {
        var body = TestBytes.Body(TestBytes.Of(length), [10_000], breaksWith: new IOException("connection reset"));

        var fault = await Assert.ThrowsAsync<IOException>(
            async () => await _ingest.ReceiveAsync(body, new() { MaxBytes = long.MaxValue }, Ct));

        Assert.Equal("connection reset", fault.Message);
        Assert.Empty(_directory.Files());
    }

    [Theory]
    [InlineData(BlobOperation.Create, 300_000)]
    [InlineData(BlobOperation.Write, 300_000)]
    [InlineData(BlobOperation.Write, 3_000_000)]
    public async Task A_fault_of_the_store_ends_the_ingest_and_leaves_nothing(BlobOperation operation, int length)
    {
        var faulty = new FaultyBlobStore(_store);
        faulty.Fail(operation, new StoreException(StoreError.StorageFull, "no room"));

        var refusal = await Assert.ThrowsAsync<StoreException>(async () =>
            await new Ingest(faulty).ReceiveAsync(TestBytes.Body(TestBytes.Of(length)), new() { MaxBytes = length, Length = length }, Ct));

        Assert.Equal("no room", refusal.Message);
        Assert.Empty(_directory.Files());
    }

    [Fact]
    public async Task A_full_store_is_noticed_while_the_client_still_sends()
    {
        var faulty = new FaultyBlobStore(_store);
        faulty.Fail(BlobOperation.Write, new StoreException(StoreError.StorageFull, "no room"));
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        pipe.Writer.Write(TestBytes.Of(IngestPump.BufferBytes));
        await pipe.Writer.FlushAsync(Ct);
        var receiving = new Ingest(faulty).ReceiveAsync(pipe.Reader, new() { MaxBytes = 1L << 30, Length = 1L << 30 }, Ct).AsTask();

        // A trickle that never fills a buffer.
        for (var sent = 0; !receiving.IsCompleted && sent < 100_000; sent++)
        {
            pipe.Writer.Write(new byte[1]);
            await pipe.Writer.FlushAsync(Ct);
            await Task.Yield();
        }

        await Assert.ThrowsAsync<StoreException>(() => receiving);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    [InlineData(3_000_000)]
    public async Task A_cancelled_ingest_leaves_nothing(int length)
    {
        using var cancel = new CancellationTokenSource();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        pipe.Writer.Write(TestBytes.Of(length));
        await pipe.Writer.FlushAsync(Ct);
        var receiving = _ingest.ReceiveAsync(pipe.Reader, new() { MaxBytes = long.MaxValue }, cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
        Assert.Empty(_directory.Files());
    }

    [Fact]
    public async Task The_rest_of_a_refused_body_can_still_be_read()
    {
        var body = TestBytes.Body(TestBytes.Of(300_000));

        await Assert.ThrowsAsync<StoreException>(async () => await _ingest.ReceiveAsync(body, new() { MaxBytes = 100_000 }, Ct));

        var rest = 0L;
        while (true)
        {
            var read = await body.ReadAsync(Ct);
            rest += read.Buffer.Length;
            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }

        Assert.InRange(rest, 1, 200_000);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(100_000)]
    public async Task Disposing_without_a_commit_leaves_nothing(int length)
    {
        await using (await _ingest.ReceiveAsync(TestBytes.Body(TestBytes.Of(length)), new() { MaxBytes = length }, Ct))
        {
        }

        Assert.Empty(_directory.Files());
    }

    [Fact]
    public async Task What_is_discarded_after_the_commit_is_gone()
    {
        await using var received = await _ingest.ReceiveAsync(TestBytes.Body(TestBytes.Of(100_000)), new() { MaxBytes = 100_000 }, Ct);
        await received.CommitAsync(Ct);

        await received.DiscardAsync();

        Assert.Empty(_directory.Files());
    }

    [Fact]
    public async Task Inline_content_has_nothing_to_commit_link_or_discard()
    {
        var received = await _ingest.ReceiveAsync(TestBytes.Body(TestBytes.Of(100)), new() { MaxBytes = 100 }, Ct);

        received.MarkLinked();
        await received.DiscardAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await received.CommitAsync(Ct));
        await received.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => received.InlineBytes);
        Assert.False(Directory.Exists(_directory.Path + "/blobs"));
    }

    [Fact]
    public async Task How_much_stays_in_memory_is_the_callers_choice()
    {
        await using var none = await _ingest.ReceiveAsync(TestBytes.Body(TestBytes.Of(1)), new() { MaxBytes = 9, InlineBytes = 0 }, Ct);
        await using var much = await _ingest.ReceiveAsync(
            TestBytes.Body(TestBytes.Of(500_000)), new() { MaxBytes = 500_000, InlineBytes = 500_000 }, Ct);

        Assert.False(none.IsInline);
        Assert.True(much.IsInline);
        Assert.Throws<InvalidOperationException>(() => none.InlineBytes);
    }

    async Task<StoreException> RefusalAsync(byte[] content, IngestRequest request) =>
        await Assert.ThrowsAsync<StoreException>(async () => await _ingest.ReceiveAsync(TestBytes.Body(content), request, Ct));

    async Task AssertStoredAsync(byte[] content, Received received)
    {
        var info = await received.CommitAsync(Ct);
        Assert.Equal(info, await received.CommitAsync(Ct));
        received.MarkLinked();

        Assert.Equal(new BlobInfo(info.Location, Digest.Of(content), content.Length), info);
        await using var reader = await _store.OpenAsync(info.Location, ByteRange.All(info.Size), Ct);
        var read = new byte[content.Length];
        Assert.Equal(read.Length, await reader!.ReadAsync(read, Ct));
        Assert.True(read.AsSpan().SequenceEqual(content));
    }

    static void AssertHashes(byte[] content, ContentHashes hashes)
    {
        Assert.Equal(MD5.HashData(content), hashes.Md5);
        Assert.Equal(SHA1.HashData(content), hashes.Sha1);
        Assert.Equal(SHA512.HashData(content), hashes.Sha512);
        Assert.Equal(Crc32.Append(0, content), BinaryPrimitives.ReadUInt32BigEndian(hashes.Crc32));
        Assert.Equal(Crc32C.Append(0, content), BinaryPrimitives.ReadUInt32BigEndian(hashes.Crc32C));
        Assert.Equal(Crc64Nvme.Append(0, content), BinaryPrimitives.ReadUInt64BigEndian(hashes.Crc64Nvme));
    }

    static void AssertSums(byte[] content, IReadOnlyList<byte[]> segments)
    {
        Assert.Equal((content.Length + ChunkSums.SegmentBytes - 1) / ChunkSums.SegmentBytes, segments.Count);
        var sums = segments.SelectMany(s => s.Chunk(4)).Select(s => BinaryPrimitives.ReadUInt32LittleEndian(s));
        Assert.Equal(content.Chunk(65_536).Select(c => Crc32C.Append(0, c)), sums);
        Assert.All(segments.SkipLast(1), s => Assert.Equal(4096, s.Length));
    }
}
