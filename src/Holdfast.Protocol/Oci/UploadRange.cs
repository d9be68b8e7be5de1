using System.Globalization;
using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.Oci;

/// <summary>
/// The Content-Range of a chunk: <c>START-END</c>, both inclusive and without a unit (distribution-spec, "Pushing a blob in chunks").
/// </summary>
public readonly record struct UploadRange(long Start, long End)
{
    public long Length => End - Start + 1;

    /// <summary>Null without a header. Throws <see cref="StoreError.UploadOutOfOrder"/> for what is no range.</summary>
    public static UploadRange? Parse(string? header)
    {
        if (header is null)
            return null;
        var text = header.AsSpan().Trim();
        // RFC 9110's form is taken as well: some clients send "bytes 0-9/*".
        if (text.StartsWith("bytes", StringComparison.OrdinalIgnoreCase))
            text = text[5..].TrimStart(" =");
        var slash = text.IndexOf('/');
        if (slash >= 0)
            text = text[..slash];
        var dash = text.IndexOf('-');
        if (dash > 0
            && long.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            && long.TryParse(text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            && end >= start && end < long.MaxValue)
            return new UploadRange(start, end);
        throw new StoreException(StoreError.UploadOutOfOrder, $"Content-Range is START-END, inclusive and in bytes, not '{header}'");
    }

    /// <summary>The Range of an answer: what has been received. No byte at all is written as one, too (distribution-spec).</summary>
    public static string Received(long size) => $"0-{Math.Max(0, size - 1)}";
}
