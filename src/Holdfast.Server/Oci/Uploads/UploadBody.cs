using Holdfast.Core.Blobs;
using Holdfast.Core.Repositories;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Server.Oci.Uploads;

/// <summary>Receives a request's body as a whole blob or as the next chunk of an upload.</summary>
static class UploadBody
{
    /// <summary>Whether the request carries any content.</summary>
    public static bool IsEmpty(OciCall call) =>
        call.Http.Request.ContentLength is 0 or null && call.Http.Request.Headers.TransferEncoding.Count == 0;

    /// <summary>
    /// Receives the blob that is <paramref name="name"/> and links it. Throws ContentSha256Mismatch, and then leaves nothing.
    /// </summary>
    /// <param name="length">What the client says of its length; null when it says nothing.</param>
    public static async ValueTask ReceiveWholeAsync(OciCall call, ContentName name, long? length)
    {
        await using var received = await call.Store.Ingest.ReceiveAsync(
            call.Http.Request.BodyReader,
            new IngestRequest
            {
                Length = length,
                MaxBytes = call.Store.Options.MaxBlobBytes,
                Sha256 = name.Digest,
                Hashes = name.IsSha512 ? HashKinds.Sha512 : HashKinds.None,
            },
            call.Aborted);
        Require(received, name);
        await RepositoryLinks.AddAsync(call.Store.Content, received, call.Repository.Id, name, call.Aborted);
    }

    /// <summary>A SHA-512 is not part of ingest's expectations: it is compared here, before anything is stored.</summary>
    public static void Require(Received received, ContentName name)
    {
        if (!name.IsSha512 || received.Hashes.Sha512.AsSpan().SequenceEqual(name.Bytes))
            return;
        var actual = ContentName.FromBytes(received.Hashes.Sha512!);
        throw new StoreException(StoreError.ContentSha256Mismatch, $"the content is {actual}, not {name}");
    }

    /// <summary>
    /// Receives the next chunk and adds it to the upload, as it is then. Throws UploadOutOfOrder when it is not the next one.
    /// </summary>
    public static async ValueTask<BlobUpload> ReceiveChunkAsync(OciCall call, BlobUpload upload)
    {
        var length = RequireOrder(call, upload);
        var hash = upload.Hash();
        await using var received = await call.Store.Ingest.ReceiveAsync(
            call.Http.Request.BodyReader,
            new IngestRequest
            {
                Length = length,
                MaxBytes = call.Store.Options.MaxBlobBytes - upload.Size,
                Running = hash,
            },
            call.Aborted);
        if (received.Size == 0)
            return upload;
        var state = hash.Save();
        await AppendAsync(call, upload, received, state);
        return upload with { Size = upload.Size + received.Size, Parts = upload.Parts + 1, HashState = state };
    }

    static async ValueTask AppendAsync(OciCall call, BlobUpload upload, Received received, byte[] state)
    {
        var repository = call.Repository.Id;
        try
        {
            await call.Store.Content.StoreAsync(
                received,
                async (tx, blob) =>
                {
                    await RepositoryTable.HoldAsync(tx, repository);
                    await BlobUploadTable.AppendAsync(tx, upload, received.Size, state, blob);
                    return true;
                },
                call.Aborted);
        }
        catch (StoreException refusal) when (refusal.Error == StoreError.UploadOutOfOrder)
        {
            // Another request was faster: the client is told where the upload stands now, or that it is gone.
            throw UploadAnswer.OutOfOrder(call, await UploadAnswer.FindAsync(call), refusal.Message);
        }
    }

    /// <summary>
    /// A chunk begins where the one before it ended, and is as long as it says (distribution-spec, "Pushing a blob in chunks"). Gives the
    /// length that it must have; null when the client says nothing of it. Throws UploadOutOfOrder.
    /// </summary>
    public static long? RequireOrder(OciCall call, BlobUpload upload)
    {
        UploadRange? range;
        try
        {
            range = UploadRange.Parse(call.Header("Content-Range"));
        }
        catch (StoreException malformed)
        {
            throw UploadAnswer.OutOfOrder(call, upload, malformed.Message);
        }
        if (range is not { } chunk)
            return call.Http.Request.ContentLength;
        if (chunk.Start != upload.Size)
            throw UploadAnswer.OutOfOrder(call, upload, $"the chunk begins at {chunk.Start}, but {upload.Size} bytes were received");
        if (call.Http.Request.ContentLength is { } length && length != chunk.Length)
            throw UploadAnswer.OutOfOrder(
                call, upload, $"Content-Range speaks of {chunk.Length} bytes, but Content-Length of {length}");
        return chunk.Length;
    }
}
