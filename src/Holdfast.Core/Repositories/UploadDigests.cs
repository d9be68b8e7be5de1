using System.Buffers;
using System.Security.Cryptography;
using Holdfast.Core.Blobs;
using Holdfast.Core.Content;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Repositories;

/// <summary>What the pieces of an upload are together. Thread safe.</summary>
public sealed class UploadDigests(Catalog.Catalog catalog, ContentReads reads)
{
    const int BufferBytes = 256 * 1024;

    const string PartsSql = """
        SELECT p.start, p.size, p.blob_id, b.location, b.damaged_at, b.digest
        FROM blob_upload_part p JOIN blob b ON b.id = p.blob_id WHERE p.upload = $1 AND p.start >= $2 ORDER BY p.start LIMIT 64
        """;

    /// <summary>
    /// The store's digest of the upload, whose bytes must be <paramref name="name"/>. The SHA-256 went along with the chunks; for a
    /// SHA-512, which the client may only now have asked for, they are read once more. Throws ContentSha256Mismatch.
    /// </summary>
    public async ValueTask<Digest> RequireAsync(BlobUpload upload, ContentName name, CancellationToken ct)
    {
        var digest = upload.Hash().Finish();
        var actual = name.IsSha512 ? await Sha512Async(upload, ct) : new ContentName(digest);
        return actual == name
            ? digest
            : throw new StoreException(StoreError.ContentSha256Mismatch, $"the content is {actual}, not {name}");
    }

    async ValueTask<ContentName> Sha512Async(BlobUpload upload, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (var at = 0L; at < upload.Size;)
            {
                var parts = await ListAsync(upload.Id, at, ct);
                if (parts.Count == 0)
                    throw new StoreException(StoreError.BlobDamaged, $"the upload's chunk at byte {at} is missing");
                foreach (var part in parts)
                {
                    await using var reader = await reads.OpenAsync(part, ByteRange.All(part.Size), ct);
                    while (await reader.ReadAsync(buffer, ct) is var count and > 0)
                        hash.AppendData(buffer, 0, count);
                    at += part.Size;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return ContentName.FromBytes(hash.GetHashAndReset());
    }

    ValueTask<List<ContentRef>> ListAsync(long upload, long from, CancellationToken ct) => catalog.ReadAsync(
        tx => tx.ListAsync(
            PartsSql,
            row => new ContentRef(
                row.GetInt64(1), row.GetInt64(2), null, new Digest(row.GetSpan(5)), row.FindString(3), !row.IsNull(4), null, 0),
            upload,
            from),
        ct);
}
