using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;

namespace Holdfast.Server.S3.Objects;

/// <summary>DeleteObject (S3 API reference): 204 also for what is not there.</summary>
static class DeleteObject
{
    public static async Task HandleAsync(S3Call call)
    {
        var condition = Condition(call);
        var (bucket, key, version, owner) = (call.Bucket.Id, call.Key, call.Version, call.Who.Id);
        DeleteOutcome outcome;
        try
        {
            outcome = await call.Store.Catalog.WriteAsync(
                tx => ObjectWrites.DeleteAsync(tx, bucket, key, version, owner, condition), call.Aborted);
        }
        catch (StoreException refusal) when (refusal.Error == StoreError.NoSuchKey && condition.ETag == "*")
        {
            throw new StoreException(
                StoreError.PreconditionFailed, "At least one of the pre-conditions you specified did not hold: no object exists");
        }
        var response = call.Http.Response;
        response.StatusCode = StatusCodes.Status204NoContent;
        if (outcome.VersionId is not null)
            response.Headers["x-amz-version-id"] = outcome.VersionId;
        if (outcome.IsMarker)
            response.Headers["x-amz-delete-marker"] = "true";
    }

    static ObjectCondition Condition(S3Call call)
    {
        var match = call.Header("If-Match");
        var time = call.Header("x-amz-if-match-last-modified-time");
        var size = call.Header("x-amz-if-match-size");
        if (match is null && time is null && size is null)
            return ObjectCondition.None;
        return new ObjectCondition
        {
            ETag = match is null ? null : EntityTag.Unquote(match),
            LastModified = time is null ? null : ParseTime(time),
            Size = size is null ? null : ParseSize(size),
        };
    }

    static DateTimeOffset ParseTime(string text) => HttpDate.TryParse(text, out var time)
        ? time
        : throw new StoreException(StoreError.InvalidArgument, "x-amz-if-match-last-modified-time must be an HTTP date");

    static long ParseSize(string text) => long.TryParse(text, out var size) && size >= 0
        ? size
        : throw new StoreException(StoreError.InvalidArgument, "x-amz-if-match-size must be a number of bytes");
}
