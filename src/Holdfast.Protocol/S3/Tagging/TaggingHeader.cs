using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;

namespace Holdfast.Protocol.S3.Tagging;

/// <summary>x-amz-tagging: tags in the form of a query string.</summary>
public static class TaggingHeader
{
    /// <summary>
    /// Null header: no tags. Throws <see cref="StoreError.InvalidArgument"/> when it is no query string or names a tag twice, and
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
            throw Malformed(wrong);
        }

        var tags = new Tag[query.Count];
        for (var i = 0; i < tags.Length; i++)
            tags[i] = new Tag(query.Parameters[i].Key, query.Parameters[i].Value);
        if (tags.DistinctBy(tag => tag.Key, StringComparer.Ordinal).Count() < tags.Length)
            throw Malformed(null);
        TagRules.Check(tags, TagRules.MaxObjectTags);
        return tags;
    }

    static StoreException Malformed(Exception? inner) => new(
        StoreError.InvalidArgument,
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
        inner)
    {
        Details = [new("ArgumentName", "x-amz-tagging")],
    };
}
