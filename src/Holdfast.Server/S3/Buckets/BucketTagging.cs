using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.Tagging;
using Holdfast.Protocol.S3.Xml;

namespace Holdfast.Server.S3.Buckets;

/// <summary>GetBucketTagging, PutBucketTagging and DeleteBucketTagging (S3 API reference).</summary>
static class BucketTagging
{
    public static Task GetAsync(S3Call call) => call.Bucket.Tags.Count == 0
        ? throw new StoreException(StoreError.NoSuchTagSet, "The TagSet does not exist") { Details = [new("BucketName", call.Bucket.Name)] }
        : S3Answer.XmlAsync(call, (ref xml) => TagSet.Write(ref xml, call.Bucket.Tags));

    /// <summary>Answers 200: the minio package takes nothing else, and the SDKs take any success.</summary>
    public static async Task PutAsync(S3Call call) =>
        await SetAsync(call, TagSet.Pairs(TaggingBody.Parse(await S3Body.ReadXmlAsync(call), TagRules.MaxBucketTags)));

    public static async Task DeleteAsync(S3Call call)
    {
        await SetAsync(call, Pairs.None);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    static async Task SetAsync(S3Call call, IReadOnlyList<KeyValuePair<string, string>> tags) => await call.Store.Catalog.WriteAsync(
        async tx =>
        {
            await BucketTable.SetTagsAsync(tx, call.Bucket.Id, tags);
            return true;
        },
        call.Aborted);
}
