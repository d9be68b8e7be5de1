namespace Holdfast.Core.Blobs;

/// <summary>A stretch of bytes, already resolved against a known size: <c>0 ≤ Offset</c>, <c>0 ≤ Length</c>, both in bytes.</summary>
public readonly record struct ByteRange(long Offset, long Length)
{
    public long End => Offset + Length;

    public static ByteRange All(long size) => new(0, size);
}
