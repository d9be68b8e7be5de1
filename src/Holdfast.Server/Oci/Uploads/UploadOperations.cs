using Holdfast.Core.Repositories;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Server.Oci.Uploads;

/// <summary>Uploads of blobs, at once or in pieces (distribution-spec, "Pushing blobs").</summary>
static class UploadOperations
{
    /// <summary>POST: a mount, a whole blob, or the beginning of an upload.</summary>
    public static async Task StartAsync(OciCall call)
    {
        if (call.Query.Find("digest-algorithm") is { } algorithm and not ("sha256" or "sha512"))
            throw new StoreException(StoreError.InvalidDigest, $"the digest algorithm '{algorithm}' is not taken; sha256 and sha512 are");
        if (call.Query.Find("mount") is { } mount)
        {
            var wanted = ContentName.Parse(mount);
            if (await BlobMount.TryAsync(call, wanted))
            {
                UploadAnswer.Created(call, wanted);
                return;
            }
        }
        else if (call.Query.Find("digest") is { } digest)
        {
            var name = ContentName.Parse(digest);
            // Without a body it is a client that sends it with the PUT, unless there is nothing to send.
            if (!UploadBody.IsEmpty(call) || ContentName.Of([], name) == name)
            {
                await UploadBody.ReceiveWholeAsync(call, name, call.Http.Request.ContentLength);
                UploadAnswer.Created(call, name);
                return;
            }
        }
        var id = Guid.NewGuid();
        var (repository, owner) = (call.Repository.Id, call.Who.Id);
        await call.Store.Catalog.WriteAsync(
            async tx =>
            {
                await RepositoryTable.HoldAsync(tx, repository);
                return await BlobUploadTable.CreateAsync(tx, id, repository, owner);
            },
            call.Aborted);
        UploadAnswer.Describe(call, id, 0, StatusCodes.Status202Accepted);
    }

    /// <summary>GET: how much was received.</summary>
    public static async Task StatusAsync(OciCall call)
    {
        var upload = await UploadAnswer.FindAsync(call);
        UploadAnswer.Describe(call, upload.UploadId, upload.Size, StatusCodes.Status204NoContent);
    }

    /// <summary>PATCH: the next chunk, or all of it as a stream.</summary>
    public static async Task AppendAsync(OciCall call)
    {
        var upload = await UploadBody.ReceiveChunkAsync(call, await UploadAnswer.FindAsync(call));
        UploadAnswer.Describe(call, upload.UploadId, upload.Size, StatusCodes.Status202Accepted);
    }

    /// <summary>PUT: the last chunk, or nothing more, and what it all must be.</summary>
    public static async Task FinishAsync(OciCall call)
    {
        var name = ContentName.Parse(call.Query.Find("digest")
            ?? throw new StoreException(StoreError.InvalidDigest, "the query lacks digest=, which says what the blob must be"));
        var upload = await UploadAnswer.FindAsync(call);
        if (upload.Size == 0)
        {
            // A whole blob in one piece: there is no chunk to keep, and ingest checks it.
            await ReceiveWholeAsync(call, upload, name);
            UploadAnswer.Created(call, name);
            return;
        }
        if (!UploadBody.IsEmpty(call))
            upload = await UploadBody.ReceiveChunkAsync(call, upload);
        var digest = await RequireAsync(call, upload, name);
        var repository = call.Repository;
        await call.Store.Catalog.WriteAsync(
            async tx =>
            {
                await RepositoryTable.HoldAsync(tx, repository.Id);
                await RepositoryLinks.FinishAsync(tx, upload, repository, digest, name);
                return true;
            },
            call.Aborted);
        UploadAnswer.Created(call, name);
    }

    /// <summary>DELETE: the upload is given up.</summary>
    public static async Task CancelAsync(OciCall call)
    {
        var upload = await UploadAnswer.FindAsync(call);
        if (!await call.Store.Catalog.WriteAsync(tx => BlobUploadTable.DeleteAsync(tx, upload.Id), call.Aborted))
            throw UploadAnswer.Absent();
        call.Answer(StatusCodes.Status204NoContent);
    }

    static async ValueTask ReceiveWholeAsync(OciCall call, BlobUpload upload, ContentName name)
    {
        await UploadBody.ReceiveWholeAsync(call, name, UploadBody.RequireOrder(call, upload));
        await call.Store.Catalog.WriteAsync(tx => BlobUploadTable.DeleteAsync(tx, upload.Id), call.Aborted);
    }

    /// <summary>What turns out to be something else leaves nothing behind (promise 1).</summary>
    static async ValueTask<Digest> RequireAsync(OciCall call, BlobUpload upload, ContentName name)
    {
        try
        {
            return await call.Store.Digests.RequireAsync(upload, name, call.Aborted);
        }
        catch (StoreException refusal) when (refusal.Error == StoreError.ContentSha256Mismatch)
        {
            await call.Store.Catalog.WriteAsync(tx => BlobUploadTable.DeleteAsync(tx, upload.Id), call.Aborted);
            throw;
        }
    }
}
