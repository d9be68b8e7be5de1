using System.Buffers;
using Holdfast.Core.Objects;
using Holdfast.Server.S3.Listing;

namespace Holdfast.Server.S3.Multipart;

/// <summary>An upload's id in its text form: 32 hexadecimal digits.</summary>
static class UploadId
{
    public static string Format(byte[] id) => Convert.ToHexStringLower(id);

    /// <summary>Null for none. Throws InvalidArgument for what is no upload id.</summary>
    public static byte[]? Parse(string? text)
    {
        if (text is null or "")
            return null;
        return TryParse(text, out var id) ? id : throw ListingQuery.Invalid("upload-id-marker", text, "Invalid uploadId marker");
    }

    /// <summary>The upload the request names, open or completed. Throws NoSuchUpload.</summary>
    public static async ValueTask<Upload> FindAsync(S3Call call)
    {
        if (!TryParse(call.Query.Find("uploadId") ?? "", out var id))
            throw UploadTable.Gone();
        var (bucket, key) = (call.Bucket.Id, call.Key);
        return await call.Store.Catalog.ReadAsync(tx => UploadTable.FindAsync(tx, id, bucket, key), call.Aborted)
            ?? throw UploadTable.Gone();
    }

    /// <summary>Like <see cref="FindAsync"/>, refusing one that is completed.</summary>
    public static async ValueTask<Upload> FindOpenAsync(S3Call call)
    {
        var upload = await FindAsync(call);
        return upload.IsCompleted ? throw UploadTable.Gone() : upload;
    }

    static bool TryParse(string text, out byte[] id)
    {
        id = new byte[16];
        return text.Length == 32 && Convert.FromHexString(text, id, out _, out _) == OperationStatus.Done;
    }
}
