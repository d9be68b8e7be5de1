using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.Tagging;

namespace Holdfast.Protocol.S3.Xml;

/// <summary>Tagging: a TagSet of Tag elements.</summary>
public static class TaggingBody
{
    /// <summary>Throws <see cref="StoreError.MalformedXml"/> and <see cref="StoreError.InvalidTag"/>.</summary>
    /// <param name="body">The XML.</param>
    /// <param name="maxTags"><see cref="TagRules.MaxObjectTags"/> or <see cref="TagRules.MaxBucketTags"/>.</param>
    public static IReadOnlyList<Tag> Parse(ReadOnlyMemory<byte> body, int maxTags)
    {
        using var xml = XmlBody.Open(body, "Tagging");
        var tags = new List<Tag>();
        var hasSet = false;
        while (xml.Child())
        {
            if (xml.Name != "TagSet" || hasSet)
                throw XmlBody.Malformed();
            hasSet = true;
            ReadTags(xml, tags, maxTags);
        }

        if (!hasSet)
            throw XmlBody.Malformed();
        xml.End();
        TagRules.Check(tags, maxTags);
        return tags;
    }

    internal static void ReadTags(XmlBody xml, List<Tag> tags, int maxTags)
    {
        while (xml.Child())
        {
            if (xml.Name != "Tag")
                throw XmlBody.Malformed();
            tags.Add(ReadTag(xml));
            if (tags.Count > maxTags)
                throw TagRules.TooMany(maxTags);
        }
    }

    static Tag ReadTag(XmlBody xml)
    {
        string? key = null, value = null;
        while (xml.Child())
        {
            if (xml.Name == "Key" && key is null)
                key = xml.Text();
            else if (xml.Name == "Value" && value is null)
                value = xml.Text();
            else
                throw XmlBody.Malformed();
        }

        return key is null || value is null ? throw XmlBody.Malformed() : new Tag(key, value);
    }
}
