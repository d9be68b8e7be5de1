using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.Tagging;

namespace Holdfast.Protocol.S3.Xml;

/// <summary>CreateBucketConfiguration.</summary>
/// <param name="LocationConstraint">Null when the body or the element is absent or empty.</param>
public sealed record CreateBucketBody(string? LocationConstraint, IReadOnlyList<Tag> Tags)
{
    /// <summary>
    /// An empty body is an empty configuration. Throws <see cref="StoreError.MalformedXml"/> and <see cref="StoreError.InvalidTag"/>.
    /// </summary>
    public static CreateBucketBody Parse(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
            return new CreateBucketBody(null, []);
        using var xml = XmlBody.Open(body, "CreateBucketConfiguration");
        string? location = null;
        var tags = new List<Tag>();
        while (xml.Child())
        {
            switch (xml.Name)
            {
                case "LocationConstraint":
                    location = xml.Text().Trim();
                    break;
                case "Tags":
                    TaggingBody.ReadTags(xml, tags, TagRules.MaxBucketTags);
                    break;
                default:
                    xml.Skip();
                    break;
            }
        }

        xml.End();
        TagRules.Check(tags, TagRules.MaxBucketTags);
        return new CreateBucketBody(string.IsNullOrEmpty(location) ? null : location, tags);
    }
}
