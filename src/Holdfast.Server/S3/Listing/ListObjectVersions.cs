using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3;
using Holdfast.Protocol.S3.Checksums;
using Holdfast.Protocol.S3.Xml;

namespace Holdfast.Server.S3.Listing;

/// <summary>ListObjectVersions (S3 API reference): newest first within a key, delete markers in their place.</summary>
static class ListObjectVersions
{
    public static async Task HandleAsync(S3Call call)
    {
        var (prefix, delimiter) = (ListingQuery.Bytes(call, "prefix"), ListingQuery.Bytes(call, "delimiter"));
        var keyMarker = ListingQuery.Bytes(call, "key-marker");
        var versionMarker = call.Query.Find("version-id-marker");
        var (max, encodes) = (ListingQuery.Count(call, "max-keys"), ListingQuery.EncodesUrl(call));
        if (versionMarker is { Length: > 0 } && keyMarker.Length == 0)
            throw ListingQuery.Invalid("version-id-marker", versionMarker, "A version-id marker cannot be specified without a key marker.");
        var bucket = call.Bucket.Id;
        var page = await call.Store.Catalog.ReadAsync(
            async tx =>
            {
                var below = versionMarker is { Length: > 0 } ? await SeqOfAsync(tx, bucket, keyMarker, versionMarker) : null;
                return await VersionListing.PageAsync(tx, bucket, prefix, delimiter, keyMarker.Length == 0 ? null : keyMarker, below, max);
            },
            call.Aborted);
        await S3Answer.XmlAsync(call, (ref xml) =>
        {
            xml.Root("ListVersionsResult"u8);
            xml.Text("Name"u8, call.Bucket.Name);
            xml.Key("Prefix"u8, prefix, encodes);
            xml.Key("KeyMarker"u8, keyMarker, encodes);
            xml.Text("VersionIdMarker"u8, versionMarker ?? "");
            if (page.IsTruncated)
            {
                xml.Key("NextKeyMarker"u8, page.LastKey, encodes);
                xml.Text("NextVersionIdMarker"u8, page.LastVersionId ?? "");
            }
            xml.Number("MaxKeys"u8, max);
            if (delimiter.Length > 0)
                xml.Key("Delimiter"u8, delimiter, encodes);
            if (encodes)
                xml.Text("EncodingType"u8, "url");
            xml.Flag("IsTruncated"u8, page.IsTruncated);
            foreach (var version in page.Versions)
                WriteVersion(call, ref xml, version, encodes);
            foreach (var common in page.Prefixes)
            {
                xml.Open("CommonPrefixes"u8);
                xml.Key("Prefix"u8, common, encodes);
                xml.Close("CommonPrefixes"u8);
            }
            xml.Close("ListVersionsResult"u8);
        });
    }

    // The version called null has a place in the order like any other, known only to its row.
    static async ValueTask<long?> SeqOfAsync(Core.Catalog.CatalogSession tx, long bucket, byte[] key, string versionId)
    {
        if (!VersionId.TryParse(versionId, out var id))
            throw ListingQuery.Invalid("version-id-marker", versionId, "Invalid version id specified");
        var wanted = VersionRef.Of(id);
        if (!wanted.IsNull)
            return wanted.Seq;
        var found = await ObjectTable.FindAsync(tx, bucket, ObjectKey.FromUtf8(key), wanted);
        return found?.Seq ?? throw new StoreException(StoreError.NoSuchVersion, "The version named by version-id-marker does not exist.");
    }

    static void WriteVersion(S3Call call, ref S3XmlWriter xml, ListedVersion version, bool encodes)
    {
        xml.Open(version.IsMarker ? "DeleteMarker"u8 : "Version"u8);
        xml.Key("Key"u8, version.Key.Utf8, encodes);
        xml.Text("VersionId"u8, version.VersionId);
        xml.Flag("IsLatest"u8, version.IsLatest);
        xml.Time("LastModified"u8, version.CreatedAt);
        if (!version.IsMarker)
        {
            xml.ETag(version.ETag.ToString());
            if (version.Checksum is { } algorithm)
            {
                xml.Text("ChecksumAlgorithm"u8, algorithm.Name());
                xml.Text("ChecksumType"u8, version.ChecksumType.Name());
            }
            xml.Number("Size"u8, version.Size);
            xml.Text("StorageClass"u8, "STANDARD");
        }
        OwnerElements.Write(ref xml, "Owner"u8, call.Store.Accounts, version.Owner);
        xml.Close(version.IsMarker ? "DeleteMarker"u8 : "Version"u8);
    }
}
