using System.Security.Cryptography;
using Holdfast.Core.Catalog;
using Holdfast.Core.Content;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.Checksums;
using Holdfast.Protocol.S3.Xml;

namespace Holdfast.Core.Objects;

/// <summary>What the client says of the whole object when it completes an upload.</summary>
public sealed record CompletionExpectations(long? Size, ChecksumValue? Checksum, ChecksumType? ChecksumType);

/// <summary>
/// Turns an upload's parts into an object by rows alone: no byte moves, and the work grows with the number of parts only. The part's link
/// to its blob becomes the composite's.
/// </summary>
public static class UploadCompletion
{
    /// <summary>S3 user guide, "Amazon S3 multipart upload limits": every part but the last, in bytes.</summary>
    public const long MinPartBytes = 5L << 20;

    const string Placed = """
        WITH placed AS (
            SELECT number, size, blob_id, composite_id, etag, checksum, CAST(SUM(size) OVER (ORDER BY number) AS BIGINT) - size AS start
            FROM upload_part WHERE upload = $2)
        """;

    const string AddBlobsSql = $"""
        {Placed}
        INSERT INTO composite_part (composite_id, start, size, blob_id, part, etag, checksum)
        SELECT $1, start, size, blob_id, number, etag, checksum FROM placed WHERE blob_id IS NOT NULL AND size > 0
        """;

    const string AddCompositesSql = $"""
        {Placed}
        INSERT INTO composite_part (composite_id, start, size, blob_id, part, etag, checksum)
        SELECT $1, placed.start + c.start, c.size, c.blob_id, placed.number, c.etag, NULL
        FROM placed JOIN composite_part c ON c.composite_id = placed.composite_id
        """;

    const string AcquireCompositeBlobsSql = """
        UPDATE blob SET refs = refs + added.links
        FROM (
            SELECT c.blob_id AS blob_id, COUNT(*) AS links
            FROM upload_part p JOIN composite_part c ON c.composite_id = p.composite_id
            WHERE p.upload = $1 GROUP BY c.blob_id) AS added
        WHERE added.blob_id = blob.id
        """;

    const string CountBlobsSql = """
        SELECT CAST(COALESCE(SUM(COALESCE(c.parts, 1)), 0) AS BIGINT)
        FROM upload_part p LEFT JOIN composite c ON c.id = p.composite_id WHERE p.upload = $1
        """;

    const string ClearSql = "DELETE FROM upload_part WHERE upload = $1";

    const string OrganizationSql = "SELECT organization_id FROM bucket WHERE id = $1";

    const string OnlyDigestSql = "SELECT b.digest FROM upload_part p JOIN blob b ON b.id = p.blob_id WHERE p.upload = $1";

    /// <summary>
    /// Completes <paramref name="uploadId"/> with the chosen parts; a repeated call of a completed upload gives the same object again.
    /// Throws NoSuchUpload, InvalidPart, EntityTooSmall, InvalidRequest, ContentDigestMismatch, PreconditionFailed.
    /// </summary>
    public static async ValueTask<ObjectVersion> CompleteAsync(
        CatalogSession tx,
        long uploadId,
        IReadOnlyList<CompletedPart> chosen,
        CompletionExpectations expected,
        ObjectCondition condition)
    {
        var upload = await UploadTable.HoldAsync(tx, uploadId);
        if (upload.IsCompleted)
            return await FindCompletedAsync(tx, upload) ?? throw UploadTable.Gone();
        RequireChecksums(upload, chosen, expected);
        var stored = await UploadTable.ListPartsAsync(tx, upload.Id, 0, UploadTable.MaxPartNumber);
        var parts = Match(chosen, stored);
        var size = parts.Sum(part => part.Size);
        if (expected.Size is { } declared && declared != size)
            throw new StoreException(StoreError.InvalidRequest, $"the parts make {size} bytes, but x-amz-mp-object-size says {declared}");
        var checksum = Checksum(upload, parts, expected);
        var put = new NewObject(
            upload.Key, upload.Owner, upload.Acl, new ETag(HashOfETags(parts), parts.Count), checksum, upload.Headers, upload.Tags);
        var (version, _) = await ObjectWrites.PutAsync(
            tx, upload.BucketId, put, condition, () => ComposeAsync(tx, upload, stored, parts, size));
        await UploadTable.FinishAsync(tx, upload.Id, version.Seq);
        return version;
    }

    static async ValueTask<ObjectVersion?> FindCompletedAsync(CatalogSession tx, Upload upload)
    {
        var current = await ObjectTable.FindAsync(tx, upload.BucketId, upload.Key, VersionRef.Current);
        return current?.Seq == upload.CompletedSeq
            ? current
            : await ObjectTable.FindBySeqAsync(tx, upload.BucketId, upload.Key, upload.CompletedSeq);
    }

    // S3 API reference, CompleteMultipartUpload: x-amz-checksum-type; and S3 user guide, "Checking object integrity": the parts of a
    // composite.
    static void RequireChecksums(Upload upload, IReadOnlyList<CompletedPart> chosen, CompletionExpectations expected)
    {
        if (upload.Checksum is not { } algorithm)
            return;
        if (expected.ChecksumType is { } type && type != upload.ChecksumType)
        {
            throw new StoreException(
                StoreError.InvalidRequest,
                $"The upload was created using the {upload.ChecksumType.Name()} checksum mode. The complete request must use the "
                + "same checksum mode.");
        }
        if (upload.ChecksumType != ChecksumType.Composite)
            return;
        foreach (var part in chosen)
        {
            if (part.Checksum?.Algorithm != algorithm)
            {
                throw new StoreException(
                    StoreError.InvalidRequest,
                    $"The upload was created using a {algorithm.Name().ToLowerInvariant()} checksum. The complete request must include "
                    + $"the checksum for each part. It was missing for part {part.Number} in the request.");
            }
        }
    }

    static List<UploadPart> Match(IReadOnlyList<CompletedPart> chosen, List<UploadPart> stored)
    {
        var byNumber = stored.ToDictionary(part => part.Number);
        var parts = new List<UploadPart>(chosen.Count);
        foreach (var choice in chosen)
        {
            if (!byNumber.TryGetValue(choice.Number, out var part) || !Fits(choice, part))
            {
                throw new StoreException(
                    StoreError.InvalidPart,
                    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified "
                    + $"entity tag may not match the part's entity tag (part {choice.Number}).");
            }
            if (parts.Count < chosen.Count - 1 && part.Size < MinPartBytes)
            {
                throw new StoreException(
                    StoreError.EntityTooSmall,
                    $"part {part.Number} has {part.Size} bytes; every part but the last needs {MinPartBytes}")
                {
                    Details =
                    [
                        new("ProposedSize", $"{part.Size}"), new("MinSizeAllowed", $"{MinPartBytes}"), new("PartNumber", $"{part.Number}"),
                    ],
                };
            }
            parts.Add(part);
        }
        return parts;
    }

    static bool Fits(CompletedPart choice, UploadPart part) =>
        string.Equals(choice.ETag, Convert.ToHexStringLower(part.ETag), StringComparison.OrdinalIgnoreCase)
        && (choice.Checksum is not { } checksum || part.Checksum is null || checksum.Bytes.AsSpan().SequenceEqual(part.Checksum));

    static byte[] HashOfETags(List<UploadPart> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        foreach (var part in parts)
            hash.AppendData(part.ETag);
        return hash.GetHashAndReset();
    }

    static ChecksumValue? Checksum(Upload upload, List<UploadPart> parts, CompletionExpectations expected)
    {
        if (expected.Checksum is { } given && given.Algorithm != upload.Checksum)
        {
            throw new StoreException(
                StoreError.InvalidRequest,
                $"Checksum Type mismatch occurred, expected checksum Type: {upload.Checksum?.Name().ToLowerInvariant() ?? "null"}, "
                + $"actual checksum Type: {given.Algorithm.Name().ToLowerInvariant()}");
        }
        if (upload.Checksum is not { } algorithm)
            return null;
        var value = upload.ChecksumType == ChecksumType.Composite
            ? MultipartChecksums.Composite(algorithm, parts.ConvertAll(part => ValueOf(part, algorithm)).ToArray())
            : MultipartChecksums.FullObject(algorithm, parts.ConvertAll(part => (ValueOf(part, algorithm), part.Size)).ToArray());
        if (expected.Checksum is { } wanted && !IsSame(wanted, value))
        {
            throw new StoreException(
                StoreError.ContentDigestMismatch,
                $"The {algorithm.Name()} you specified for the object is {wanted}, but its parts give {value}");
        }
        return value;
    }

    // The -N of a composite belongs to its value, but minio-go sends composites without one.
    static bool IsSame(ChecksumValue wanted, ChecksumValue actual) =>
        wanted.Bytes.AsSpan().SequenceEqual(actual.Bytes) && (wanted.Parts == 0 || wanted.Parts == actual.Parts);

    static ChecksumValue ValueOf(UploadPart part, ChecksumAlgorithm algorithm) =>
        new(algorithm, part.Checksum ?? throw MissingChecksum(part, algorithm));

    static StoreException MissingChecksum(UploadPart part, ChecksumAlgorithm algorithm) =>
        new(StoreError.InvalidRequest, $"part {part.Number} was copied without a {algorithm.Name()} checksum, which this upload asks for");

    static async ValueTask<ContentRef> ComposeAsync(
        CatalogSession tx, Upload upload, List<UploadPart> stored, List<UploadPart> parts, long size)
    {
        var kept = parts.ConvertAll(part => part.Number).ToHashSet();
        foreach (var unused in stored)
        {
            if (!kept.Contains(unused.Number))
                await UploadTable.RemovePartAsync(tx, upload.Id, unused);
        }
        var blobs = await tx.FindAsync(CountBlobsSql, row => row.GetInt64(0), upload.Id);
        if (blobs > CompositeTable.MaxBlobs)
            throw new StoreException(
                StoreError.InvalidRequest, $"the object would have {blobs} stretches; at most {CompositeTable.MaxBlobs} are possible");
        Digest? digest = blobs == 1 ? await tx.FindAsync(OnlyDigestSql, row => (Digest?)new Digest(row.GetBytes(0)), upload.Id) : null;
        var organization = await tx.FindAsync(OrganizationSql, row => row.GetInt64(0), upload.BucketId);
        var composite = await CompositeTable.InsertAsync(tx, organization, size, blobs, digest);
        await tx.ExecuteAsync(AddBlobsSql, composite, upload.Id);
        await AddCompositePartsAsync(tx, upload, parts, composite);
        foreach (var part in parts)
        {
            if (part.Size == 0 && part.BlobId is { } empty)
                await BlobTable.ReleaseAsync(tx, empty);
        }
        await tx.ExecuteAsync(ClearSql, upload.Id);
        return new ContentRef(size, null, composite, digest, null, false, null, 0);
    }

    static async ValueTask AddCompositePartsAsync(CatalogSession tx, Upload upload, List<UploadPart> parts, long composite)
    {
        if (!parts.Exists(part => part.CompositeId is not null))
            return;
        await tx.ExecuteAsync(AddCompositesSql, composite, upload.Id);
        await tx.ExecuteAsync(AcquireCompositeBlobsSql, upload.Id);
        foreach (var part in parts)
        {
            if (part.CompositeId is { } source)
                await CompositeTable.ReleaseAsync(tx, source);
        }
    }
}
