using System.IO.Pipelines;
using Holdfast.Core.Blobs;
using Holdfast.Core.Content;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.Checksums;
using Holdfast.Server.S3.Objects;

namespace Holdfast.Server.S3.Multipart;

/// <summary>
/// UploadPartCopy (S3 API reference). A whole object, or a range that is exactly one part of a multipart object, becomes the part by a
/// link; any other range, and a part that needs a checksum its source lacks, is read and stored anew.
/// </summary>
static class UploadPartCopy
{
    const long MaxPartBytes = 5L << 30;

    // Beyond, a composite is read and stored as one blob: the other half of an object's blobs is left to parts that are uploaded.
    const int MaxLinkedBlobs = CompositeTable.MaxBlobs / 2;

    public static async Task HandleAsync(S3Call call)
    {
        var number = UploadPartOperation.PartNumber(call);
        var upload = await UploadId.FindOpenAsync(call);
        var source = await SourceObject.FindAsync(call);
        source.CheckConditions(call);
        var range = Range(call.Header("x-amz-copy-source-range"), source.Version.Size);
        if (range.Length > MaxPartBytes)
            throw new StoreException(StoreError.InvalidRequest, $"a part of {range.Length} bytes is over the limit of {MaxPartBytes}");
        var part = await FindReusableAsync(call, upload, source.Version, range, number) is { } reusable
            ? await LinkAsync(call, upload, source.Version.Content!, reusable)
            : null;
        part ??= await RestoreAsync(call, upload, source.Version, range, number);
        source.WriteVersion(call.Http.Response);
        await S3Answer.XmlAsync(call, (ref xml) =>
        {
            xml.Root("CopyPartResult"u8);
            xml.Time("LastModified"u8, part.CreatedAt);
            xml.ETag(Convert.ToHexStringLower(part.ETag));
            if (upload.Checksum is { } algorithm && part.Checksum is { } value)
                xml.Text(algorithm.ElementName(), Convert.ToBase64String(value));
            xml.Close("CopyPartResult"u8);
        });
    }

    // bytes=first-last with both ends, within the source (S3 API reference, x-amz-copy-source-range).
    static ByteRange Range(string? header, long size)
    {
        if (header is null)
            return ByteRange.All(size);
        var dash = header.IndexOf('-');
        if (!header.StartsWith("bytes=", StringComparison.Ordinal) || dash < 0
            || !long.TryParse(header.AsSpan(6, dash - 6), out var first) || !long.TryParse(header.AsSpan(dash + 1), out var last)
            || first < 0 || last < first)
        {
            throw new StoreException(
                StoreError.InvalidArgument,
                "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets "
                + "of the first and last bytes to copy");
        }
        return last < size
            ? new ByteRange(first, last - first + 1)
            : throw new StoreException(StoreError.InvalidRange, $"Range specified is not valid for source object of size: {size}")
            {
                Details = [new("RangeRequested", header), new("ActualObjectSize", $"{size}")],
            };
    }

    /// <summary>
    /// The part as a link to what is stored already; null when its bytes must be read: a stretch, or a checksum that is not known.
    /// </summary>
    static async ValueTask<UploadPart?> FindReusableAsync(S3Call call, Upload upload, ObjectVersion source, ByteRange range, int number)
    {
        var content = source.Content!;
        if (content.BlobId is { } blob)
        {
            var isWhole = range == ByteRange.All(source.Size) && source.ETag.Parts == 0;
            var known = source.Checksum is { } sum && sum.Algorithm == upload.Checksum && sum.Type == ChecksumType.FullObject
                ? sum.Bytes
                : null;
            return isWhole
                ? Reuse(upload, new UploadPart(number, default, source.Size, blob, null, source.ETag.Md5.ToArray(), known))
                : null;
        }
        var composite = content.CompositeId!.Value;
        var exact = await call.Store.Catalog.ReadAsync(
            tx => CompositeTable.FindExactAsync(tx, composite, range.Offset, range.Length), call.Aborted);
        if (exact is { } stretch)
        {
            var known = source.Checksum?.Algorithm == upload.Checksum ? stretch.Checksum : null;
            return Reuse(upload, new UploadPart(number, default, range.Length, stretch.BlobId, null, stretch.Md5, known));
        }
        return range != ByteRange.All(source.Size)
            ? null
            : Reuse(upload, new UploadPart(number, default, source.Size, null, composite, source.ETag.Md5.ToArray(), null));
    }

    static UploadPart? Reuse(Upload upload, UploadPart part) => upload.Checksum is null || part.Checksum is not null ? part : null;

    /// <summary>Null when the upload would come to have too many blobs.</summary>
    static async ValueTask<UploadPart?> LinkAsync(S3Call call, Upload upload, ContentRef source, UploadPart part)
    {
        var linked = source with { BlobId = part.BlobId, CompositeId = part.CompositeId };
        try
        {
            return await call.Store.Catalog.WriteAsync(
                async tx =>
                {
                    var held = await UploadTable.HoldOpenAsync(tx, upload.Id);
                    if (part.CompositeId is { } composite
                        && await CompositeTable.CountAsync(tx, composite) + await UploadTable.CountLinkedAsync(tx, held) > MaxLinkedBlobs)
                        return null;
                    await ContentLinks.AcquireAsync(tx, linked);
                    return part with { CreatedAt = await UploadTable.PutPartAsync(tx, held, part) };
                },
                call.Aborted);
        }
        catch (ContentGoneException gone)
        {
            throw new StoreException(StoreError.OperationAborted, "the source was deleted while it was being copied: try again", gone);
        }
    }

    static async ValueTask<UploadPart> RestoreAsync(S3Call call, Upload upload, ObjectVersion source, ByteRange range, int number)
    {
        var pipe = new Pipe();
        await using var reader = await call.Store.Reads.OpenAsync(source.Content!, range, call.Aborted);
        var copying = FillAsync(reader, pipe.Writer, call.Aborted);
        var request = new IngestRequest
        {
            Hashes = HashKinds.Md5 | (upload.Checksum?.HashKind() ?? HashKinds.None),
            Length = range.Length,
            MaxBytes = MaxPartBytes,
        };
        await using var received = await call.Store.Ingest.ReceiveAsync(pipe.Reader, request, call.Aborted);
        await copying;
        var checksum = upload.Checksum is { } algorithm ? received.Hashes.Of(algorithm) : null;
        var etag = received.Hashes.Md5!;
        return await call.Store.Content.StoreAsync(
            received,
            async (tx, blob) =>
            {
                var held = await UploadTable.HoldOpenAsync(tx, upload.Id);
                var part = new UploadPart(number, default, received.Size, await blob(), null, etag, checksum);
                return part with { CreatedAt = await UploadTable.PutPartAsync(tx, held, part) };
            },
            call.Aborted);
    }

    static async Task FillAsync(ContentReader reader, PipeWriter writer, CancellationToken ct)
    {
        Exception? fault = null;
        try
        {
            await reader.CopyToAsync(writer, ct);
        }
        catch (Exception caught) when (caught is StoreException or IOException or OperationCanceledException)
        {
            fault = caught;
        }
        await writer.CompleteAsync(fault);
    }
}
