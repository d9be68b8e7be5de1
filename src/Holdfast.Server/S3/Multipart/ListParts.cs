using Holdfast.Core.Objects;
using Holdfast.Protocol.S3.Checksums;
using Holdfast.Server.S3.Listing;

namespace Holdfast.Server.S3.Multipart;

/// <summary>ListParts (S3 API reference): by part number, paged by part-number-marker.</summary>
static class ListParts
{
    public static async Task HandleAsync(S3Call call)
    {
        var upload = await UploadId.FindOpenAsync(call);
        var max = ListingQuery.Count(call, "max-parts");
        var after = ListingQuery.Number(call, "part-number-marker");
        var encodes = ListingQuery.EncodesUrl(call);
        var found = await call.Store.Catalog.ReadAsync(tx => UploadTable.ListPartsAsync(tx, upload.Id, after, max + 1), call.Aborted);
        var isTruncated = found.Count > max && max > 0;
        var shown = found.Take(max).ToList();
        await S3Answer.XmlAsync(call, (ref xml) =>
        {
            xml.Root("ListPartsResult"u8);
            xml.Text("Bucket"u8, call.Bucket.Name);
            xml.Key("Key"u8, upload.Key.Bytes, encodes);
            xml.Text("UploadId"u8, UploadId.Format(upload.UploadId));
            OwnerElements.Write(ref xml, "Initiator"u8, call.Store.Accounts, upload.Owner);
            OwnerElements.Write(ref xml, "Owner"u8, call.Store.Accounts, upload.Owner);
            xml.Text("StorageClass"u8, "STANDARD");
            if (upload.Checksum is { } algorithm)
            {
                xml.Text("ChecksumAlgorithm"u8, algorithm.Name());
                xml.Text("ChecksumType"u8, upload.ChecksumType.Name());
            }
            xml.Number("PartNumberMarker"u8, after);
            xml.Number("NextPartNumberMarker"u8, shown.Count > 0 ? shown[^1].Number : 0);
            xml.Number("MaxParts"u8, max);
            xml.Flag("IsTruncated"u8, isTruncated);
            foreach (var part in shown)
            {
                xml.Open("Part"u8);
                xml.Number("PartNumber"u8, part.Number);
                xml.Time("LastModified"u8, part.CreatedAt);
                xml.ETag(Convert.ToHexStringLower(part.ETag));
                xml.Number("Size"u8, part.Size);
                if (upload.Checksum is { } kept && part.Checksum is { } value)
                    xml.Text(kept.ElementName(), Convert.ToBase64String(value));
                xml.Close("Part"u8);
            }
            xml.Close("ListPartsResult"u8);
        });
    }
}
