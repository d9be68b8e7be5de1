using Holdfast.Core.Content;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;
using Holdfast.Protocol.S3.Checksums;
using Holdfast.Protocol.S3.Xml;
using Holdfast.Server.S3.Listing;

namespace Holdfast.Server.S3.Objects;

/// <summary>GetObjectAttributes (S3 API reference): what x-amz-object-attributes asks for, parts paged.</summary>
static class GetObjectAttributes
{
    static readonly string[] Known = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];

    public static async Task HandleAsync(S3Call call)
    {
        var wanted = Wanted(call);
        var version = await ObjectTagging.FindAsync(call);
        var max = Number(call, "x-amz-max-parts", 1000);
        var after = Number(call, "x-amz-part-number-marker", 0);
        List<(int Number, long Size, byte[]? Checksum)> parts = [];
        if (wanted.Contains("ObjectParts") && version.Content?.CompositeId is { } composite)
            parts = await call.Store.Catalog.ReadAsync(tx => CompositeTable.ListPartsAsync(tx, composite, after, max + 1), call.Aborted);
        call.Http.Response.Headers.LastModified = HttpDate.Format(version.CreatedAt);
        ObjectAnswer.WriteVersion(call.Http.Response, version, call.Bucket.Versioning);
        await S3Answer.XmlAsync(call, (ref xml) =>
        {
            xml.Root("GetObjectAttributesResponse"u8);
            if (wanted.Contains("ETag"))
                xml.Text("ETag"u8, version.ETag.ToString());
            if (wanted.Contains("Checksum") && version.Checksum is not null)
            {
                xml.Open("Checksum"u8);
                ChecksumElements.Write(ref xml, version.Checksum);
                xml.Close("Checksum"u8);
            }
            if (wanted.Contains("ObjectParts") && version.ETag.Parts > 0)
                WriteParts(ref xml, version, parts, after, max);
            if (wanted.Contains("StorageClass"))
                xml.Text("StorageClass"u8, "STANDARD");
            if (wanted.Contains("ObjectSize"))
                xml.Number("ObjectSize"u8, version.Size);
            xml.Close("GetObjectAttributesResponse"u8);
        });
    }

    static string[] Wanted(S3Call call)
    {
        var names = (call.Header("x-amz-object-attributes") ?? "").Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == 0)
            throw new StoreException(
                StoreError.InvalidRequest,
                "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty");
        return Array.TrueForAll(names, name => Known.Contains(name))
            ? names
            : throw new StoreException(
                StoreError.InvalidArgument, $"Invalid attribute name specified: one of {string.Join(", ", Known)} is expected");
    }

    static int Number(S3Call call, string header, int otherwise)
    {
        if (call.Header(header) is not { } text)
            return otherwise;
        return int.TryParse(text, out var number) && number >= 0
            ? Math.Min(number, UploadTable.MaxPartNumber)
            : throw ListingQuery.Invalid(header, text, $"{header} must be a number");
    }

    static void WriteParts(
        ref S3XmlWriter xml, ObjectVersion version, List<(int Number, long Size, byte[]? Checksum)> parts, int after, int max)
    {
        var shown = parts.Count > max ? parts.GetRange(0, max) : parts;
        xml.Open("ObjectParts"u8);
        xml.Number("PartsCount"u8, version.ETag.Parts);
        xml.Number("PartNumberMarker"u8, after);
        xml.Number("NextPartNumberMarker"u8, shown.Count > 0 ? shown[^1].Number : after);
        xml.Number("MaxParts"u8, max);
        xml.Flag("IsTruncated"u8, parts.Count > max);
        foreach (var part in shown)
        {
            xml.Open("Part"u8);
            xml.Number("PartNumber"u8, part.Number);
            xml.Number("Size"u8, part.Size);
            if (version.Checksum is { } checksum && part.Checksum is { } value)
                xml.Checksum(new ChecksumValue(checksum.Algorithm, value));
            xml.Close("Part"u8);
        }
        xml.Close("ObjectParts"u8);
    }
}
