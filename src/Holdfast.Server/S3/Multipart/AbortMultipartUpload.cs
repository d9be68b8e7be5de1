using Holdfast.Core.Objects;

namespace Holdfast.Server.S3.Multipart;

/// <summary>AbortMultipartUpload (S3 API reference); collection removes the parts.</summary>
static class AbortMultipartUpload
{
    public static async Task HandleAsync(S3Call call)
    {
        var upload = await UploadId.FindOpenAsync(call);
        await call.Store.Catalog.WriteAsync(
            async tx =>
            {
                await UploadTable.AbortAsync(tx, upload.Id);
                return true;
            },
            call.Aborted);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
