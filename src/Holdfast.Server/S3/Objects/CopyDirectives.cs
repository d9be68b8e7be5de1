using Holdfast.Core.Objects;
using Holdfast.Protocol.Errors;

namespace Holdfast.Server.S3.Objects;

/// <summary>
/// What a copy takes from its source and what it replaces (S3 API reference, CopyObject: x-amz-metadata-directive,
/// x-amz-tagging-directive).
/// </summary>
sealed record CopyDirectives(
    bool ReplacesMetadata,
    bool ReplacesTags,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    IReadOnlyList<KeyValuePair<string, string>> Tags)
{
    public static CopyDirectives Read(S3Call call)
    {
        var metadata = IsReplace(call, "x-amz-metadata-directive", "Unknown metadata directive.");
        var tags = IsReplace(call, "x-amz-tagging-directive", "Unknown tagging directive.");
        return new CopyDirectives(
            metadata,
            tags,
            metadata ? ObjectHeaders.Read(call) : Pairs.None,
            tags ? PutRequest.Tags(call) : Pairs.None);
    }

    /// <summary>A copy onto itself must change something.</summary>
    public void RefuseCopyOntoItself(S3Call call, SourceObject source)
    {
        var isSame = source.Version.BucketId == call.Bucket.Id && source.Version.Key == call.Key && source.IsCurrent;
        if (!isSame || ReplacesMetadata || ReplacesTags || call.Header("x-amz-storage-class") is not null)
            return;
        throw new StoreException(
            StoreError.InvalidRequest,
            "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, "
            + "storage class, website redirect location or encryption attributes.");
    }

    static bool IsReplace(S3Call call, string header, string refusal) => call.Header(header) switch
    {
        null or "COPY" => false,
        "REPLACE" => true,
        var other => throw new StoreException(StoreError.InvalidArgument, refusal)
        {
            Details = [new("ArgumentName", header), new("ArgumentValue", other)],
        },
    };
}
