using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.Checksums;
using Holdfast.Protocol.S3.Xml;
using Holdfast.Server.S3.Objects;

namespace Holdfast.Server.S3.Multipart;

/// <summary>CompleteMultipartUpload (S3 API reference): rows only, so the status code is the truth and no keep-alive is needed.</summary>
static class CompleteMultipartUpload
{
    public static async Task HandleAsync(S3Call call)
    {
        var upload = await UploadId.FindAsync(call);
        var condition = PutRequest.Condition(call);
        var chosen = CompleteUploadBody.Parse(await S3Body.ReadXmlAsync(call, sumsAreOfBody: false)).Parts;
        var expected = Expectations(call);
        var version = await call.Store.Catalog.WriteAsync(
            tx => UploadCompletion.CompleteAsync(tx, upload.Id, chosen, expected, condition),
            call.Aborted);
        call.Store.Upkeep.DigestWanted(version.Content);
        await AnswerAsync(call, version);
    }

    static CompletionExpectations Expectations(S3Call call)
    {
        long? size = null;
        if (call.Header("x-amz-mp-object-size") is { } text)
        {
            size = long.TryParse(text, out var parsed) && parsed >= 0
                ? parsed
                : throw new StoreException(StoreError.InvalidRequest, "Value for x-amz-mp-object-size header is invalid.");
        }
        var type = ChecksumAlgorithms.ParseType(call.Header("x-amz-checksum-type"));
        return new CompletionExpectations(size, ChecksumAlgorithms.Find(call.Header), type);
    }

    static async Task AnswerAsync(S3Call call, ObjectVersion version)
    {
        var response = call.Http.Response;
        ObjectAnswer.WriteVersion(response, version, version.IsNull ? call.Bucket.Versioning : BucketVersioning.Enabled);
        ObjectAnswer.WriteDigest(response, version.Content);
        await S3Answer.XmlAsync(call, (ref xml) =>
        {
            xml.Root("CompleteMultipartUploadResult"u8);
            xml.Text("Location"u8, $"{call.Http.Request.Scheme}://{call.Http.Request.Host}{call.Target.RawPath}");
            xml.Text("Bucket"u8, call.Bucket.Name);
            xml.Utf8("Key"u8, call.Key.Utf8);
            xml.ETag(version.ETag.ToString());
            ChecksumElements.Write(ref xml, version.Checksum);
            xml.Close("CompleteMultipartUploadResult"u8);
        });
    }
}
