using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;

namespace Holdfast.Protocol.S3.Tagging;

/// <summary>x-amz-tagging: tags in the form of a query string.</summary>
public static class TaggingHeader
{
    /// <summary>
    /// Null header: no tags. Throws <see cref="StoreError.InvalidArgument"/> when it is no query string and
    /// <see cref="StoreError.InvalidTag"/> for the tags in it.
    /// </summary>
    public static IReadOnlyList<Tag> Parse(string? header)
    {
        if (string.IsNullOrEmpty(header))
            return [];
        RequestQuery query;
        try
        {
            query = RequestQuery.Parse(header);
        }
        catch (StoreException wrong)
        {
            throw new StoreException(
                StoreError.InvalidArgument,
                "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
                wrong)
            { Details = [new("ArgumentName", "x-amz-tagging")] };
        }

        var tags = new Tag[query.Count];
        for (var i = 0; i < tags.Length; i++)
            tags[i] = new Tag(query.Parameters[i].Key, query.Parameters[i].Value);
        TagRules.Check(tags, TagRules.MaxObjectTags);
        return tags;
    }
}
