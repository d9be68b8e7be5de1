using System.IO.Pipelines;
using Holdfast.Core.Blobs;
using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Content;

/// <summary>Verified bytes of a range of content, in order. Not thread safe; the caller disposes it.</summary>
public sealed class ContentReader : IAsyncDisposable
{
    // Large enough that a system call moves much, small enough that 10,000 transfers fit into memory.
    const int BufferBytes = 128 * 1024;

    readonly CompositeStretches? _stretches;
    BlobReader? _current;
    long _left;

    internal ContentReader(BlobReader? first, CompositeStretches? further, long length) =>
        (_current, _stretches, _left) = (first, further, length);

    /// <summary>Fills as much of <paramref name="buffer"/> as one stretch gives; 0 at the end. Throws BlobDamaged.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        while (_left > 0)
        {
            _current ??= _stretches is null ? null : await _stretches.OpenNextAsync(ct);
            if (_current is null)
                throw new StoreException(StoreError.BlobDamaged, $"the content ends {_left} bytes early");
            var count = await _current.ReadAsync(buffer, ct);
            if (count > 0)
            {
                _left -= count;
                return count;
            }
            await _current.DisposeAsync();
            _current = null;
        }
        return 0;
    }

    /// <summary>
    /// Writes everything to <paramref name="destination"/> and flushes it, without completing it; stops when its reader has gone.
    /// </summary>
    public async ValueTask CopyToAsync(PipeWriter destination, CancellationToken ct)
    {
        while (_left > 0)
        {
            var buffer = destination.GetMemory((int)Math.Min(BufferBytes, _left));
            var count = await ReadAsync(buffer, ct);
            destination.Advance(count);
            var flushed = await destination.FlushAsync(ct);
            if (flushed.IsCompleted || flushed.IsCanceled)
                return;
        }
    }

    public ValueTask DisposeAsync() => _current?.DisposeAsync() ?? ValueTask.CompletedTask;
}
