using System.Buffers;
using System.IO.Pipelines;
using Holdfast.Core.Blobs;
using Holdfast.Core.Blobs.Files;
using Holdfast.TestKit.Server;

namespace Holdfast.Core.Tests.Blobs;

/// <summary>Alone, because what other tests allocate meanwhile would be counted too.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}

/// <summary>Memory per transfer is bounded whatever the size (design, promise 4), counted in bytes allocated.</summary>
[Collection(AloneCollection.Name)]
public sealed class IngestMemoryTests : IDisposable
{
    readonly TestDirectory _directory = new();
    readonly FileBlobStore _store;

    public IngestMemoryTests() => _store = new FileBlobStore(new() { Root = _directory.Path, NodeId = "n1" }, TimeProvider.System);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_body_of_any_length_is_received_in_two_buffers()
    {
        const int Transfers = 4;
        await ReceiveAsync(2 << 20);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await Task.WhenAll(Enumerable.Range(0, Transfers).Select(_ => Task.Run(() => ReceiveAsync(96 << 20))));

        var each = (GC.GetTotalAllocatedBytes(precise: true) - before) / Transfers;
        Assert.InRange(each, 0, (2 * IngestPump.BufferBytes) + (1 << 20));
    }

    [Fact]
    public async Task A_small_body_costs_little_more_than_its_hashes()
    {
        await ReceiveAsync(4096);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        for (var i = 0; i < 1000; i++)
            await ReceiveAsync(4096);

        Assert.InRange((GC.GetTotalAllocatedBytes(precise: true) - before) / 1000, 0, 3000);
    }

    async Task ReceiveAsync(long length)
    {
        var request = new IngestRequest { MaxBytes = length, Length = length, Hashes = HashKinds.Md5 | HashKinds.Crc32C };
        await using var received = await new Ingest(_store).ReceiveAsync(new EndlessReader(length), request, Ct);
        Assert.Equal(length, received.Size);
    }

    /// <summary>Zeros, without memory of its own.</summary>
    sealed class EndlessReader(long length) : PipeReader
    {
        static readonly byte[] Zeros = new byte[65_536];

        ReadOnlySequence<byte> _buffer;

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            _buffer = new ReadOnlySequence<byte>(Zeros, 0, (int)Math.Min(Zeros.Length, length));
            return ValueTask.FromResult(new ReadResult(_buffer, isCanceled: false, isCompleted: _buffer.Length == length));
        }

        public override void AdvanceTo(SequencePosition consumed) => length -= _buffer.Slice(0, consumed).Length;

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => AdvanceTo(consumed);

        public override void CancelPendingRead()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }

        public override bool TryRead(out ReadResult result) => throw new NotSupportedException();
    }
}
