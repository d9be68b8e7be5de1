using Holdfast.Core.Blobs;
using Holdfast.Core.Content;
using Holdfast.Core.Objects;

namespace Holdfast.Server.S3.Objects;

/// <summary>PutObject (S3 API reference). Bytes first, then one transaction, then the answer.</summary>
static class PutObject
{
    public static async Task HandleAsync(S3Call call)
    {
        PutRequest.RefuseWhatIsNotItsOwn(call);
        PutRequest.RefuseWhatIsNotThere(call);
        var condition = PutRequest.Condition(call);
        var (acl, headers, tags) = (PutRequest.Acl(call), ObjectHeaders.Read(call), PutRequest.Tags(call));
        var body = S3Body.Describe(call, call.Store.Options.MaxPutBytes);
        await PutRequest.CheckEarlyAsync(call, condition);

        await using var received = await body.ReceiveAsync(call, HashKinds.Md5);
        var checksum = body.VerifiedChecksum(received);
        var put = new NewObject(call.Key, call.Who.Id, acl, new ETag(received.Hashes.Md5, 0), checksum, headers, tags);
        var (version, bucket) = await call.Store.Content.StoreAsync(
            received,
            (tx, blob) => ObjectWrites.PutAsync(
                tx,
                call.Bucket.Id,
                put,
                condition,
                async () => new ContentRef(received.Size, await blob(), null, received.Digest, null, false, null, 0)),
            call.Aborted);
        call.Store.Artifacts.Offer(version, received.IsInline ? received.InlineBytes.Span : default);

        var response = call.Http.Response;
        response.Headers.ETag = $"\"{version.ETag}\"";
        ObjectAnswer.WriteVersion(response, version, bucket.Versioning);
        ObjectAnswer.WriteDigest(response, version.Content);
        if (version.Checksum is { } sum)
            ObjectAnswer.WriteChecksum(response, sum);
        response.ContentLength = 0;
    }
}
