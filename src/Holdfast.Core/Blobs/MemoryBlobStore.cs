using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Blobs;

/// <summary>Blobs in this process's memory, gone with it: for tests and demonstrations. Thread safe.</summary>
public sealed class MemoryBlobStore : IBlobStore
{
    readonly ConcurrentDictionary<string, (Digest Digest, byte[] Content)> _blobs = new(StringComparer.Ordinal);

    public int Count => _blobs.Count;

    public ValueTask<BlobInfo?> FindAsync(BlobLocation at, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_blobs.TryGetValue(at.Value, out var blob) ? new BlobInfo(at, blob.Digest, blob.Content.Length) : null);
    }

    public ValueTask<BlobReader?> OpenAsync(BlobLocation at, ByteRange range, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (!_blobs.TryGetValue(at.Value, out var blob))
            return ValueTask.FromResult<BlobReader?>(null);
        if (range.End > blob.Content.Length)
        {
            throw new StoreException(
                StoreError.BlobDamaged, $"the stored bytes of {at} end at byte {blob.Content.Length}, before byte {range.End}");
        }

        var info = new BlobInfo(at, blob.Digest, blob.Content.Length);
        return ValueTask.FromResult<BlobReader?>(new Reader(info, blob.Content.AsMemory((int)range.Offset, (int)range.Length)));
    }

    public ValueTask<BlobWriter> CreateAsync(WriteHint hint, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return ValueTask.FromResult<BlobWriter>(new Writer(_blobs));
    }

    public ValueTask<bool> DeleteAsync(BlobLocation at, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_blobs.TryRemove(at.Value, out _));
    }

    public async IAsyncEnumerable<BlobInfo> ListAsync(string? after, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var (key, blob) in _blobs.ToArray().OrderBy(b => b.Key, StringComparer.Ordinal))
        {
            ct.ThrowIfCancellationRequested();
            if (string.CompareOrdinal(key, after) > 0)
                yield return new BlobInfo(new BlobLocation(key), blob.Digest, blob.Content.Length);
        }

        await ValueTask.CompletedTask;
    }

    sealed class Reader(BlobInfo info, ReadOnlyMemory<byte> rest) : BlobReader
    {
        ReadOnlyMemory<byte> _rest = rest;

        public override BlobInfo Info => info;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
        {
            ct.ThrowIfCancellationRequested();
            var taken = Math.Min(buffer.Length, _rest.Length);
            _rest[..taken].CopyTo(buffer);
            _rest = _rest[taken..];
            return ValueTask.FromResult(taken);
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    sealed class Writer(ConcurrentDictionary<string, (Digest Digest, byte[] Content)> blobs) : BlobWriter
    {
        readonly ArrayBufferWriter<byte> _content = new();
        BlobInfo? _committed;
        bool _linked;

        public override ValueTask WriteAsync(ReadOnlySequence<byte> bytes, CancellationToken ct)
        {
            ct.ThrowIfCancellationRequested();
            if (_committed is not null)
                throw new InvalidOperationException("the blob is committed");
            foreach (var segment in bytes)
                _content.Write(segment.Span);
            return ValueTask.CompletedTask;
        }

        public override ValueTask<BlobInfo> CommitAsync(Digest digest, CancellationToken ct)
        {
            if (_committed is { } done)
            {
                return ValueTask.FromResult(
                    done.Digest == digest ? done : throw new InvalidOperationException($"the blob is committed as {done.Digest}"));
            }

            ct.ThrowIfCancellationRequested();
            var location = new BlobLocation($"{digest.Hex}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}");
            blobs[location.Value] = (digest, _content.WrittenSpan.ToArray());
            _committed = new BlobInfo(location, digest, _content.WrittenCount);
            return ValueTask.FromResult(_committed);
        }

        public override void MarkLinked()
        {
            if (_committed is null)
                throw new InvalidOperationException("only a committed blob can be linked");
            _linked = true;
        }

        public override ValueTask DiscardAsync()
        {
            if (_committed is not null && !_linked)
                blobs.TryRemove(_committed.Location.Value, out _);
            return ValueTask.CompletedTask;
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
