using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.Xml;

namespace Holdfast.Server.S3.Buckets;

/// <summary>GetBucketVersioning and PutBucketVersioning (S3 API reference).</summary>
static class BucketVersioningOperations
{
    public static Task GetAsync(S3Call call) => S3Answer.XmlAsync(call, (ref xml) =>
    {
        xml.Root("VersioningConfiguration"u8);
        if (call.Bucket.Versioning != BucketVersioning.Unversioned)
            xml.Text("Status"u8, call.Bucket.Versioning == BucketVersioning.Enabled ? "Enabled" : "Suspended");
        xml.Close("VersioningConfiguration"u8);
    });

    public static async Task PutAsync(S3Call call)
    {
        var wanted = VersioningBody.Parse(await S3Body.ReadXmlAsync(call));
        if (wanted.MfaDelete == true)
            throw new StoreException(StoreError.NotImplemented, "MFA delete is not implemented");
        var versioning = wanted.IsEnabled ? BucketVersioning.Enabled : BucketVersioning.Suspended;
        await call.Store.Catalog.WriteAsync(
            async tx =>
            {
                await BucketTable.SetVersioningAsync(tx, call.Bucket.Id, versioning);
                return true;
            },
            call.Aborted);
    }
}
