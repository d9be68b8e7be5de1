using System.Text;
using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.S3;

/// <summary>x-amz-copy-source: "/bucket/key?versionId=x", percent-encoded, the first slash optional (specs/s3.md, rule 38).</summary>
/// <param name="Version">Null for the current version.</param>
public readonly record struct CopySource(BucketName Bucket, ObjectKey Key, VersionId? Version)
{
    const string VersionMark = "?versionId=";

    /// <summary>Throws <see cref="StoreError.InvalidArgument"/>, and what the bucket, key and version throw.</summary>
    public static CopySource Parse(string header)
    {
        var mark = header.LastIndexOf(VersionMark, StringComparison.Ordinal);
        var path = mark < 0 ? header.AsSpan() : header.AsSpan(0, mark);
        var decoded = UriCoding.DecodePath(path).AsSpan();
        if (decoded.StartsWith("/"u8))
            decoded = decoded[1..];
        var slash = decoded.IndexOf((byte)'/');
        if (slash <= 0 || slash == decoded.Length - 1)
        {
            throw new StoreException(
                StoreError.InvalidArgument, "Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
            {
                Details = [new("ArgumentName", "x-amz-copy-source"), new("ArgumentValue", header.Length <= 128 ? header : header[..128])],
            };
        }

        var version = mark < 0 ? null : UriCoding.Decode(header.AsSpan(mark + VersionMark.Length), plusIsSpace: false);
        return new CopySource(
            BucketName.Parse(Encoding.UTF8.GetString(decoded[..slash])),
            ObjectKey.FromUtf8(decoded[(slash + 1)..].ToArray()),
            version is null ? null : VersionId.Parse(version));
    }
}
