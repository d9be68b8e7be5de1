using Holdfast.Core.Blobs;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.Checksums;
using Holdfast.Server.S3.Objects;

namespace Holdfast.Server.S3.Multipart;

/// <summary>UploadPart (S3 API reference). A part is a blob of its own.</summary>
static class UploadPartOperation
{
    // S3 user guide, "Amazon S3 multipart upload limits".
    const long MaxPartBytes = 5L << 30;

    public static async Task HandleAsync(S3Call call)
    {
        var number = PartNumber(call);
        var upload = await UploadId.FindOpenAsync(call);
        var body = S3Body.Describe(call, MaxPartBytes);
        RequireAlgorithm(upload, body);

        var algorithm = upload.Checksum;
        await using var received = await body.ReceiveAsync(call, HashKinds.Md5 | (algorithm?.HashKind() ?? HashKinds.None));
        var sent = body.VerifiedChecksum(received);
        var checksum = algorithm is { } kept ? received.Hashes.Of(kept) : null;
        var etag = received.Hashes.Md5!;
        await call.Store.Content.StoreAsync(
            received,
            async (tx, blob) =>
            {
                var held = await UploadTable.HoldOpenAsync(tx, upload.Id);
                var part = new UploadPart(number, default, received.Size, await blob(), null, etag, checksum);
                return await UploadTable.PutPartAsync(tx, held, part);
            },
            call.Aborted);

        var response = call.Http.Response;
        response.Headers.ETag = $"\"{Convert.ToHexStringLower(etag)}\"";
        ObjectAnswer.WriteDigest(response, received.Digest);
        if (sent is { } value)
            response.Headers[value.Algorithm.HeaderName()] = value.ToString();
        else if (algorithm is { } fixedOne)
            response.Headers[fixedOne.HeaderName()] = Convert.ToBase64String(checksum!);
        response.ContentLength = 0;
    }

    /// <summary>1 to 10,000. Throws InvalidArgument.</summary>
    public static int PartNumber(S3Call call) =>
        int.TryParse(call.Query.Find("partNumber"), out var number) && number is >= 1 and <= UploadTable.MaxPartNumber
            ? number
            : throw new StoreException(StoreError.InvalidArgument, "Part number must be an integer between 1 and 10000, inclusive")
            {
                Details = [new("ArgumentName", "partNumber"), new("ArgumentValue", call.Query.Find("partNumber") ?? "")],
            };

    // The parts of a full object's checksum are combined from what is computed here; a composite is of what the client has vouched for.
    static void RequireAlgorithm(Upload upload, S3Body body)
    {
        if (upload.Checksum is not { } wanted || body.Algorithm == wanted)
            return;
        if (body.Algorithm is null && upload.ChecksumType == ChecksumType.FullObject)
            return;
        throw new StoreException(
            StoreError.InvalidRequest,
            $"Checksum Type mismatch occurred, expected checksum Type: {wanted.Name().ToLowerInvariant()}, "
            + $"actual checksum Type: {body.Algorithm?.Name().ToLowerInvariant() ?? "null"}");
    }
}
