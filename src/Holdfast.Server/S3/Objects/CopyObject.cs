using Holdfast.Core.Content;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;

namespace Holdfast.Server.S3.Objects;

/// <summary>CopyObject (S3 API reference): a row and one more link; no byte moves whatever the size.</summary>
static class CopyObject
{
    // A source that loses its last link and is collected between look-up and commit is looked up again.
    const int Attempts = 3;

    public static async Task HandleAsync(S3Call call)
    {
        PutRequest.RefuseWhatIsNotThere(call);
        var condition = PutRequest.Condition(call);
        var directives = CopyDirectives.Read(call);
        for (var attempt = 1; ; attempt++)
        {
            var source = await SourceObject.FindAsync(call);
            source.CheckConditions(call);
            source.RefuseTooLarge();
            directives.RefuseCopyOntoItself(call, source);
            var put = new NewObject(
                call.Key,
                call.Who.Id,
                PutRequest.Acl(call),
                source.Version.ETag,
                source.Version.Checksum,
                directives.ReplacesMetadata ? directives.Headers : source.Version.Headers,
                directives.ReplacesTags ? directives.Tags : source.Version.Tags);
            try
            {
                var (version, bucket) = await call.Store.Catalog.WriteAsync(
                    tx => ObjectWrites.PutAsync(tx, call.Bucket.Id, put, condition, () => ContentLinks.AcquireAsync(tx, source.Version.Content!)),
                    call.Aborted);
                await AnswerAsync(call, source, version, bucket);
                return;
            }
            catch (ContentGoneException) when (attempt < Attempts)
            {
                // Look again.
            }
            catch (ContentGoneException gone)
            {
                throw new StoreException(StoreError.OperationAborted, "the source was deleted while it was being copied: try again", gone);
            }
        }
    }

    static async Task AnswerAsync(S3Call call, SourceObject source, ObjectVersion version, Bucket bucket)
    {
        var response = call.Http.Response;
        ObjectAnswer.WriteVersion(response, version, bucket.Versioning);
        ObjectAnswer.WriteDigest(response, source.Version.Content);
        source.WriteVersion(response);
        await S3Answer.XmlAsync(call, (ref xml) =>
        {
            xml.Root("CopyObjectResult"u8);
            xml.Time("LastModified"u8, version.CreatedAt);
            xml.ETag(version.ETag.ToString());
            ChecksumElements.Write(ref xml, version.Checksum);
            xml.Close("CopyObjectResult"u8);
        });
    }
}
