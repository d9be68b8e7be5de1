using Holdfast.Core.Blobs;

namespace Holdfast.Core.Content;

/// <summary>The already verified bytes of a small blob.</summary>
sealed class InlineReader(BlobInfo info, ReadOnlyMemory<byte> bytes) : BlobReader
{
    ReadOnlyMemory<byte> _rest = bytes;

    public override BlobInfo Info => info;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return ValueTask.FromResult(count);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
