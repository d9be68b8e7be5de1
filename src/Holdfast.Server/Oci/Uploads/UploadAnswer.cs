using System.Globalization;
using Holdfast.Core.Repositories;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Server.Oci.Uploads;

/// <summary>What the answers about uploads have in common, and how an upload is found.</summary>
static class UploadAnswer
{
    /// <summary>The upload that the path names. Throws NoSuchUpload.</summary>
    public static async ValueTask<BlobUpload> FindAsync(OciCall call)
    {
        var repository = call.Repository.Id;
        var upload = Guid.TryParseExact(call.Target.Reference, "N", out var id)
            ? await call.Store.Catalog.ReadAsync(tx => BlobUploadTable.FindAsync(tx, id, repository), call.Aborted)
            : null;
        return upload ?? throw Absent();
    }

    public static StoreException Absent() =>
        new(StoreError.NoSuchUpload, "there is no such upload in this repository: it was finished, cancelled or has expired");

    /// <summary>Where the upload goes on, and how much of it is here.</summary>
    public static void Describe(OciCall call, Guid id, long size, int status)
    {
        foreach (var (name, value) in Headers(call, id, size))
            call.Http.Response.Headers[name] = value;
        call.Answer(status);
    }

    /// <summary>The content is in the repository.</summary>
    public static void Created(OciCall call, ContentName name)
    {
        call.Http.Response.Headers.Location = call.PathOf($"blobs/{name}");
        call.Http.Response.Headers["Docker-Content-Digest"] = name.ToString();
        call.Answer(StatusCodes.Status201Created);
    }

    /// <summary>distribution-spec, "Pushing a blob in chunks": the upload stays, and the client is told where it stands.</summary>
    public static StoreException OutOfOrder(OciCall call, BlobUpload upload, string why) =>
        new(StoreError.UploadOutOfOrder, why) { Headers = Headers(call, upload.UploadId, upload.Size) };

    static KeyValuePair<string, string>[] Headers(OciCall call, Guid id, long size)
    {
        var uuid = id.ToString("N");
        List<KeyValuePair<string, string>> headers =
        [
            new("Location", call.PathOf($"blobs/uploads/{uuid}")),
            new("Range", UploadRange.Received(size)),
            new("Docker-Upload-UUID", uuid),
            new("Blob-Upload-UUID", uuid),
        ];
        if (call.Store.Options.MinChunkBytes is > 0 and var min)
            headers.Add(new("OCI-Chunk-Min-Length", min.ToString(CultureInfo.InvariantCulture)));
        return [.. headers];
    }
}
