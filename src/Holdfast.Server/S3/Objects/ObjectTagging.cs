using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.Tagging;
using Holdfast.Protocol.S3.Xml;

namespace Holdfast.Server.S3.Objects;

/// <summary>GetObjectTagging, PutObjectTagging and DeleteObjectTagging (S3 API reference).</summary>
static class ObjectTagging
{
    public static async Task GetAsync(S3Call call)
    {
        var version = await FindAsync(call);
        ObjectAnswer.WriteVersion(call.Http.Response, version, call.Bucket.Versioning);
        await S3Answer.XmlAsync(call, (ref xml) => TagSet.Write(ref xml, version.Tags));
    }

    public static async Task PutAsync(S3Call call)
    {
        var tags = TagSet.Pairs(TaggingBody.Parse(await S3Body.ReadXmlAsync(call), TagRules.MaxObjectTags));
        await SetAsync(call, tags, StatusCodes.Status200OK);
    }

    public static Task DeleteAsync(S3Call call) => SetAsync(call, Pairs.None, StatusCodes.Status204NoContent);

    static async Task SetAsync(S3Call call, IReadOnlyList<KeyValuePair<string, string>> tags, int status)
    {
        var version = await FindAsync(call);
        if (await call.Store.Catalog.WriteAsync(tx => ObjectTable.SetTagsAsync(tx, version, tags), call.Aborted) == 0)
            throw new StoreException(StoreError.NoSuchKey, "The specified key does not exist.");
        ObjectAnswer.WriteVersion(call.Http.Response, version, call.Bucket.Versioning);
        call.Http.Response.StatusCode = status;
    }

    internal static async ValueTask<ObjectVersion> FindAsync(S3Call call)
    {
        var (bucket, key, wanted) = (call.Bucket.Id, call.Key, call.Version);
        return GetObject.Present(
            call, await call.Store.Catalog.ReadAsync(tx => ObjectTable.FindAsync(tx, bucket, key, wanted), call.Aborted));
    }
}
