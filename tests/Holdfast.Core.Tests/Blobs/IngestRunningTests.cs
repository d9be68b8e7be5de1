using Holdfast.Core.Blobs;
using Holdfast.Core.Blobs.Files;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.TestKit.Blobs;
using Holdfast.TestKit.Server;

namespace Holdfast.Core.Tests.Blobs;

/// <summary>Content that is received in pieces, with one hash over all of them (<see cref="IngestRequest.Running"/>).</summary>
public sealed class IngestRunningTests : IDisposable
{
    const int Inline = IngestRequest.DefaultInlineBytes;
    const int SideBySide = (int)Ingest.SideBySideBytes;

    readonly TestDirectory _directory = new();
    readonly FileBlobStore _store;
    readonly Ingest _ingest;

    public IngestRunningTests()
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

    public static TheoryData<int[], bool> Pieces()
    {
        var data = new TheoryData<int[], bool>();
        int[][] shapes =
        [
            [0], [1], [64], [Inline], [Inline + 1], [SideBySide], [3 * SideBySide + 1],
            [0, 0], [0, 5], [5, 0], [1, 1, 1], [63, 1, 64, 65], [Inline, Inline], [Inline + 1, 7], [7, Inline + 1, 7],
            [SideBySide, 3, SideBySide + 5], [100_000, 100_001, 99_999], [3, 2 * SideBySide],
        ];
        foreach (var shape in shapes)
        {
            data.Add(shape, true);
            data.Add(shape, false);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Pieces))]
    public async Task Pieces_hashed_one_after_another_are_the_whole(int[] lengths, bool isLengthDeclared)
    {
        var content = TestBytes.Of(lengths.Sum());
        var state = new ResumableSha256().Save();
        var at = 0;
        foreach (var length in lengths)
        {
            var piece = content.AsMemory(at, length);
            // As on another node, or after a restart.
            var running = ResumableSha256.Restore(state);
            await using var received = await _ingest.ReceiveAsync(
                TestBytes.Body(piece, [10_000, 7]),
                new() { MaxBytes = length, Length = isLengthDeclared ? length : null, Running = running },
                Ct);

            Assert.Equal(Digest.Of(piece.Span), received.Digest);
            Assert.Equal(Digest.Of(content.AsSpan(0, at + length)), running.Peek());
            state = running.Save();
            at += length;
        }

        Assert.Equal(Digest.Of(content), ResumableSha256.Restore(state).Finish());
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(100_000)]
    [InlineData(2 * SideBySide)]
    public async Task Other_hashes_and_expectations_are_of_the_piece(int length)
    {
        var (before, piece) = (TestBytes.Of(500, 2), TestBytes.Of(length));
        var running = new ResumableSha256();
        running.Append(before);

        await using var received = await _ingest.ReceiveAsync(
            TestBytes.Body(piece),
            new() { MaxBytes = length, Sha256 = Digest.Of(piece), Hashes = HashKinds.Sha512, Running = running },
            Ct);

        Assert.Equal(System.Security.Cryptography.SHA512.HashData(piece), received.Hashes.Sha512);
        Assert.Equal(Digest.Of([.. before, .. piece]), running.Finish());
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(100_000)]
    [InlineData(2 * SideBySide)]
    public async Task A_piece_that_is_refused_leaves_nothing_in_the_store(int length)
    {
        var running = new ResumableSha256();

        var refusal = await Assert.ThrowsAsync<StoreException>(async () => await _ingest.ReceiveAsync(
            TestBytes.Body(TestBytes.Of(length)), new() { MaxBytes = length, Sha256 = Digest.Empty, Running = running }, Ct));

        Assert.Equal(StoreError.ContentSha256Mismatch, refusal.Error);
        Assert.Empty(_directory.Files());
    }
}
