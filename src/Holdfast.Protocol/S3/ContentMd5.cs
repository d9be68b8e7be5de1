using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.S3;

/// <summary>The Content-MD5 header: base64 of 16 bytes.</summary>
public static class ContentMd5
{
    /// <summary>Null when absent; throws <see cref="StoreError.InvalidDigest"/> for what is not base64 of 16 bytes.</summary>
    public static byte[]? Parse(string? header)
    {
        if (header is null)
            return null;
        var bytes = new byte[16];
        return header.Length == 24 && Convert.TryFromBase64String(header, bytes, out var length) && length == bytes.Length
            ? bytes
            : throw new StoreException(StoreError.InvalidDigest, "The Content-MD5 you specified was invalid.")
            {
                Details = [new("Content-MD5", header.Length <= 128 ? header : header[..128])],
            };
    }
}
