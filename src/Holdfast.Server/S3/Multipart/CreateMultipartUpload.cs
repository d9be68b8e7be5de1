using System.Security.Cryptography;
using Holdfast.Core.Objects;
using Holdfast.Protocol.S3.Checksums;
using Holdfast.Server.S3.Objects;

namespace Holdfast.Server.S3.Multipart;

/// <summary>CreateMultipartUpload (S3 API reference): metadata, tags, ACL and checksum algorithm are fixed here.</summary>
static class CreateMultipartUpload
{
    public static async Task HandleAsync(S3Call call)
    {
        PutRequest.RefuseWhatIsNotItsOwn(call);
        PutRequest.RefuseWhatIsNotThere(call);
        var algorithm = ChecksumAlgorithms.Parse("x-amz-checksum-algorithm", call.Header("x-amz-checksum-algorithm"));
        var type = MultipartChecksums.ResolveType(algorithm, ChecksumAlgorithms.ParseType(call.Header("x-amz-checksum-type")));
        var put = new NewObject(
            call.Key,
            call.Who.Id,
            PutRequest.Acl(call),
            default,
            null,
            ObjectHeaders.Read(call),
            PutRequest.Tags(call));
        var id = RandomNumberGenerator.GetBytes(16);
        var bucket = call.Bucket.Id;
        await call.Store.Catalog.WriteAsync(
            async tx =>
            {
                await BucketTable.HoldAsync(tx, bucket);
                return await UploadTable.CreateAsync(tx, id, bucket, put, type ?? default, algorithm);
            },
            call.Aborted);
        if (algorithm is { } chosen)
        {
            call.Http.Response.Headers["x-amz-checksum-algorithm"] = chosen.Name();
            call.Http.Response.Headers["x-amz-checksum-type"] = type!.Value.Name();
        }
        await S3Answer.XmlAsync(call, (ref xml) =>
        {
            xml.Root("InitiateMultipartUploadResult"u8);
            xml.Text("Bucket"u8, call.Bucket.Name);
            xml.Utf8("Key"u8, call.Key.Utf8);
            xml.Text("UploadId"u8, UploadId.Format(id));
            xml.Close("InitiateMultipartUploadResult"u8);
        });
    }
}
