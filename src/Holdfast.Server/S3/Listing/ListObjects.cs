using Holdfast.Core.Objects;
using Holdfast.Protocol.S3.Checksums;
using Holdfast.Protocol.S3.Xml;

namespace Holdfast.Server.S3.Listing;

/// <summary>ListObjects and ListObjectsV2 (S3 API reference): the same page in two forms.</summary>
static class ListObjects
{
    public static async Task HandleAsync(S3Call call)
    {
        var (prefix, delimiter) = (ListingQuery.Bytes(call, "prefix"), ListingQuery.Bytes(call, "delimiter"));
        var marker = ListingQuery.Bytes(call, "marker");
        var (max, encodes) = (ListingQuery.Count(call, "max-keys"), ListingQuery.EncodesUrl(call));
        var page = await PageAsync(call, prefix, delimiter, marker.Length == 0 ? null : marker, max);
        await S3Answer.XmlAsync(call, (ref xml) =>
        {
            xml.Root("ListBucketResult"u8);
            xml.Text("Name"u8, call.Bucket.Name);
            xml.Key("Prefix"u8, prefix, encodes);
            xml.Key("Marker"u8, marker, encodes);
            // Only with a delimiter: without one the last Key serves (S3 API reference, ListObjects, NextMarker).
            if (page.IsTruncated && delimiter.Length > 0)
                xml.Key("NextMarker"u8, page.Last, encodes);
            xml.Number("MaxKeys"u8, max);
            WriteDelimiter(ref xml, delimiter, encodes);
            xml.Flag("IsTruncated"u8, page.IsTruncated);
            WritePage(call, ref xml, page, encodes, showsOwner: true);
            xml.Close("ListBucketResult"u8);
        });
    }

    public static async Task HandleV2Async(S3Call call)
    {
        var (prefix, delimiter) = (ListingQuery.Bytes(call, "prefix"), ListingQuery.Bytes(call, "delimiter"));
        var startAfter = ListingQuery.Bytes(call, "start-after");
        var (max, encodes) = (ListingQuery.Count(call, "max-keys"), ListingQuery.EncodesUrl(call));
        // A token wins over start-after; an empty one is echoed and means the beginning.
        var token = call.Query.Find("continuation-token");
        var after = token is { Length: > 0 } ? ContinuationToken.Parse(token) : startAfter.Length > 0 ? startAfter : null;
        var page = await PageAsync(call, prefix, delimiter, after, max);
        var showsOwner = call.Query.Find("fetch-owner") == "true";
        await S3Answer.XmlAsync(call, (ref xml) =>
        {
            xml.Root("ListBucketResult"u8);
            xml.Text("Name"u8, call.Bucket.Name);
            xml.Key("Prefix"u8, prefix, encodes);
            if (token is not null)
                xml.Text("ContinuationToken"u8, token);
            if (page.IsTruncated)
                xml.Text("NextContinuationToken"u8, ContinuationToken.Format(page.Last!));
            if (startAfter.Length > 0)
                xml.Key("StartAfter"u8, startAfter, encodes);
            xml.Number("KeyCount"u8, page.Objects.Count + page.Prefixes.Count);
            xml.Number("MaxKeys"u8, max);
            WriteDelimiter(ref xml, delimiter, encodes);
            xml.Flag("IsTruncated"u8, page.IsTruncated);
            WritePage(call, ref xml, page, encodes, showsOwner);
            xml.Close("ListBucketResult"u8);
        });
    }

    static ValueTask<ObjectPage> PageAsync(S3Call call, byte[] prefix, byte[] delimiter, byte[]? after, int max)
    {
        var bucket = call.Bucket.Id;
        return call.Store.Catalog.ReadAsync(tx => ObjectListing.PageAsync(tx, bucket, prefix, delimiter, after, max), call.Aborted);
    }

    static void WriteDelimiter(ref S3XmlWriter xml, byte[] delimiter, bool encodes)
    {
        if (delimiter.Length > 0)
            xml.Key("Delimiter"u8, delimiter, encodes);
        if (encodes)
            xml.Text("EncodingType"u8, "url");
    }

    static void WritePage(S3Call call, ref S3XmlWriter xml, ObjectPage page, bool encodes, bool showsOwner)
    {
        foreach (var item in page.Objects)
        {
            xml.Open("Contents"u8);
            xml.Key("Key"u8, item.Key.Utf8, encodes);
            xml.Time("LastModified"u8, item.CreatedAt);
            xml.ETag(item.ETag.ToString());
            if (item.Checksum is { } algorithm)
            {
                xml.Text("ChecksumAlgorithm"u8, algorithm.Name());
                xml.Text("ChecksumType"u8, item.ChecksumType.Name());
            }
            xml.Number("Size"u8, item.Size);
            xml.Text("StorageClass"u8, "STANDARD");
            if (showsOwner)
                OwnerElements.Write(ref xml, "Owner"u8, call.Store.Accounts, item.Owner);
            xml.Close("Contents"u8);
        }
        foreach (var prefix in page.Prefixes)
        {
            xml.Open("CommonPrefixes"u8);
            xml.Key("Prefix"u8, prefix, encodes);
            xml.Close("CommonPrefixes"u8);
        }
    }
}
