namespace Holdfast.Core.Objects;

/// <summary>
/// An object's ETag: the MD5 of its bytes (<paramref name="Parts"/> is 0), or the MD5 of its parts' MD5s with their number, written
/// <c>HEX-N</c> (S3 API reference, "Checking object integrity: ETag"). Without quotes.
/// </summary>
public readonly record struct ETag(ReadOnlyMemory<byte> Md5, int Parts)
{
    public override string ToString()
    {
        var hex = Convert.ToHexStringLower(Md5.Span);
        return Parts == 0 ? hex : $"{hex}-{Parts}";
    }
}
