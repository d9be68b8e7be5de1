using Holdfast.Core.Content;
using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.Checksums;

namespace Holdfast.Server.S3.Objects;

/// <summary>
/// CopyObject (S3 API reference): a row and one more link; no byte moves whatever the size. Bytes are read only for a checksum that is
/// asked for and that the source does not have.
/// </summary>
static class CopyObject
{
    // A source that loses its last link and is collected between look-up and commit is looked up again.
    const int Attempts = 3;

    public static async Task HandleAsync(S3Call call)
    {
        PutRequest.RefuseWhatIsNotItsOwn(call);
        PutRequest.RefuseWhatIsNotThere(call);
        var condition = PutRequest.Condition(call);
        var directives = CopyDirectives.Read(call);
        var algorithm = ChecksumAlgorithms.Parse("x-amz-checksum-algorithm", call.Header("x-amz-checksum-algorithm"));
        for (var attempt = 1; ; attempt++)
        {
            var source = await SourceObject.FindAsync(call);
            source.CheckConditions(call);
            source.RefuseTooLarge();
            directives.RefuseCopyOntoItself(call, source);
            try
            {
                var put = new NewObject(
                    call.Key,
                    call.Who.Id,
                    PutRequest.Acl(call),
                    source.Version.ETag,
                    await ChecksumAsync(call, source.Version, algorithm),
                    directives.ReplacesMetadata ? directives.Headers : source.Version.Headers,
                    directives.ReplacesTags ? directives.Tags : source.Version.Tags);
                var (version, bucket) = await call.Store.Catalog.WriteAsync(
                    tx => ObjectWrites.PutAsync(
                        tx, call.Bucket.Id, put, condition, () => ContentLinks.AcquireAsync(tx, source.Version.Content!)),
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

    static async ValueTask<ChecksumValue?> ChecksumAsync(S3Call call, ObjectVersion source, ChecksumAlgorithm? wanted)
    {
        if (wanted is not { } algorithm || source.Checksum?.Algorithm == algorithm)
            return source.Checksum;
        return await ContentChecksum.FindAsync(call.Store.Reads, source.Content!, algorithm, call.Aborted)
            ?? throw new ContentGoneException();
    }

    static async Task AnswerAsync(S3Call call, SourceObject source, ObjectVersion version, Bucket bucket)
    {
        var response = call.Http.Response;
        ObjectAnswer.WriteVersion(response, version, bucket.Versioning);
        ObjectAnswer.WriteDigest(response, source.Version.Content);
        // What was signed stays signed where it is moved to, from the answer on.
        ObjectAnswer.WriteArtifact(response, await call.Store.Naming.NameAsync(version, call.Aborted));
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
