using Holdfast.Core.Objects;
using Holdfast.Protocol.S3.Checksums;
using Holdfast.Server.S3.Multipart;

namespace Holdfast.Server.S3.Listing;

/// <summary>ListMultipartUploads (S3 API reference): by key, then by when they began.</summary>
static class ListMultipartUploads
{
    public static async Task HandleAsync(S3Call call)
    {
        var (prefix, delimiter) = (ListingQuery.Bytes(call, "prefix"), ListingQuery.Bytes(call, "delimiter"));
        var keyMarker = ListingQuery.Bytes(call, "key-marker");
        var idMarker = keyMarker.Length == 0 ? null : call.Query.Find("upload-id-marker");
        var (max, encodes) = (ListingQuery.Count(call, "max-uploads"), ListingQuery.EncodesUrl(call));
        var bucket = call.Bucket.Id;
        var page = await call.Store.Catalog.ReadAsync(
            tx => UploadListing.PageAsync(
                tx, bucket, prefix, delimiter, keyMarker.Length == 0 ? null : keyMarker, UploadId.Parse(idMarker), max),
            call.Aborted);
        await S3Answer.XmlAsync(call, (ref xml) =>
        {
            xml.Root("ListMultipartUploadsResult"u8);
            xml.Text("Bucket"u8, call.Bucket.Name);
            xml.Key("KeyMarker"u8, keyMarker, encodes);
            xml.Text("UploadIdMarker"u8, idMarker ?? "");
            if (page.IsTruncated)
            {
                xml.Key("NextKeyMarker"u8, page.LastKey, encodes);
                xml.Text("NextUploadIdMarker"u8, page.LastId is { } last ? UploadId.Format(last) : "");
            }
            xml.Key("Prefix"u8, prefix, encodes);
            if (delimiter.Length > 0)
                xml.Key("Delimiter"u8, delimiter, encodes);
            if (encodes)
                xml.Text("EncodingType"u8, "url");
            xml.Number("MaxUploads"u8, max);
            xml.Flag("IsTruncated"u8, page.IsTruncated);
            foreach (var upload in page.Uploads)
            {
                xml.Open("Upload"u8);
                xml.Key("Key"u8, upload.Key.Utf8, encodes);
                xml.Text("UploadId"u8, UploadId.Format(upload.UploadId));
                OwnerElements.Write(ref xml, "Initiator"u8, call.Store.Accounts, upload.Owner);
                OwnerElements.Write(ref xml, "Owner"u8, call.Store.Accounts, upload.Owner);
                xml.Text("StorageClass"u8, "STANDARD");
                xml.Time("Initiated"u8, upload.CreatedAt);
                if (upload.Checksum is { } algorithm)
                {
                    xml.Text("ChecksumAlgorithm"u8, algorithm.Name());
                    xml.Text("ChecksumType"u8, upload.ChecksumType.Name());
                }
                xml.Close("Upload"u8);
            }
            foreach (var common in page.Prefixes)
            {
                xml.Open("CommonPrefixes"u8);
                xml.Key("Prefix"u8, common, encodes);
                xml.Close("CommonPrefixes"u8);
            }
            xml.Close("ListMultipartUploadsResult"u8);
        });
    }
}
