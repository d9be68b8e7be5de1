using Holdfast.Core.Objects;

namespace Holdfast.Server.S3.Buckets;

/// <summary>HeadBucket, GetBucketLocation and DeleteBucket (S3 API reference).</summary>
static class BucketBasics
{
    public static Task HeadAsync(S3Call call)
    {
        call.Http.Response.Headers["x-amz-bucket-region"] = call.Store.Options.Region;
        call.Http.Response.Headers["x-amz-access-point-alias"] = "false";
        return Task.CompletedTask;
    }

    /// <summary>us-east-1 is written as an empty element.</summary>
    public static Task LocationAsync(S3Call call)
    {
        var region = call.Store.Options.Region;
        return S3Answer.XmlAsync(call, (ref xml) =>
        {
            xml.Root("LocationConstraint"u8);
            if (region != "us-east-1")
                xml.Content(region);
            xml.Close("LocationConstraint"u8);
        });
    }

    public static async Task DeleteAsync(S3Call call)
    {
        await call.Store.Catalog.WriteAsync(
            async tx =>
            {
                await BucketTable.DeleteAsync(tx, call.Bucket);
                return true;
            },
            call.Aborted);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
