using System.Buffers;
using Holdfast.Core.Blobs;
using Holdfast.Protocol;

namespace Holdfast.TestKit.Blobs;

/// <summary>What <see cref="FaultyBlobStore"/> can be told to fail.</summary>
public enum BlobOperation
{
    Find,
    Open,
    Read,
    Create,
    Write,
    Commit,
    CommitDone,
    Discard,
    Delete,
    List,
}

/// <summary>
/// Passes everything on to <paramref name="inner"/> unless <see cref="Fault"/> names an exception for the operation, which is then thrown
/// instead; for <see cref="BlobOperation.CommitDone"/> after the commit, as when the answer of a backend is lost.
/// </summary>
public sealed class FaultyBlobStore(IBlobStore inner) : IBlobStore
{
    int _commits;

    /// <summary>Asked before each operation; null lets it pass. May be changed at any time.</summary>
    public Func<BlobOperation, Exception?> Fault { get; set; } = _ => null;

    /// <summary>How many commits reached the store beneath.</summary>
    public int Commits => _commits;

    /// <summary>Fails <paramref name="operation"/> from now on, <paramref name="times"/> times.</summary>
    public void Fail(BlobOperation operation, Exception with, int times = int.MaxValue)
    {
        var left = times;
        Fault = asked => asked == operation && Interlocked.Decrement(ref left) >= 0 ? with : null;
    }

    public async ValueTask<BlobInfo?> FindAsync(BlobLocation at, CancellationToken ct)
    {
        Pass(BlobOperation.Find);
        return await inner.FindAsync(at, ct);
    }

    public async ValueTask<BlobReader?> OpenAsync(BlobLocation at, ByteRange range, CancellationToken ct)
    {
        Pass(BlobOperation.Open);
        return await inner.OpenAsync(at, range, ct) is { } reader ? new Reader(this, reader) : null;
    }

    public async ValueTask<BlobWriter> CreateAsync(WriteHint hint, CancellationToken ct)
    {
        Pass(BlobOperation.Create);
        return new Writer(this, await inner.CreateAsync(hint, ct));
    }

    public async ValueTask<bool> DeleteAsync(BlobLocation at, CancellationToken ct)
    {
        Pass(BlobOperation.Delete);
        return await inner.DeleteAsync(at, ct);
    }

    public IAsyncEnumerable<BlobInfo> ListAsync(string? after, CancellationToken ct)
    {
        Pass(BlobOperation.List);
        return inner.ListAsync(after, ct);
    }

    void Pass(BlobOperation operation)
    {
        if (Fault(operation) is { } fault)
            throw fault;
    }

    sealed class Reader(FaultyBlobStore store, BlobReader inner) : BlobReader
    {
        public override BlobInfo Info => inner.Info;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
        {
            store.Pass(BlobOperation.Read);
            return await inner.ReadAsync(buffer, ct);
        }

        public override ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    sealed class Writer(FaultyBlobStore store, BlobWriter inner) : BlobWriter
    {
        public override async ValueTask WriteAsync(ReadOnlySequence<byte> bytes, CancellationToken ct)
        {
            store.Pass(BlobOperation.Write);
            await inner.WriteAsync(bytes, ct);
        }

        public override async ValueTask<BlobInfo> CommitAsync(Digest digest, CancellationToken ct)
        {
            store.Pass(BlobOperation.Commit);
            var info = await inner.CommitAsync(digest, ct);
            Interlocked.Increment(ref store._commits);
            store.Pass(BlobOperation.CommitDone);
            return info;
        }

        public override void MarkLinked() => inner.MarkLinked();

        public override async ValueTask DiscardAsync()
        {
            store.Pass(BlobOperation.Discard);
            await inner.DiscardAsync();
        }

        public override ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
