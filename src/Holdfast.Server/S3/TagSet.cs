using Holdfast.Protocol.S3.Tagging;
using Holdfast.Protocol.S3.Xml;

namespace Holdfast.Server.S3;

/// <summary>The Tagging document of objects and buckets.</summary>
static class TagSet
{
    public static IReadOnlyList<KeyValuePair<string, string>> Pairs(IReadOnlyList<Tag> tags) =>
        [.. tags.Select(tag => new KeyValuePair<string, string>(tag.Key, tag.Value))];

    public static void Write(ref S3XmlWriter xml, IReadOnlyList<KeyValuePair<string, string>> tags)
    {
        xml.Root("Tagging"u8);
        xml.Open("TagSet"u8);
        foreach (var (key, value) in tags)
        {
            xml.Open("Tag"u8);
            xml.Text("Key"u8, key);
            xml.Text("Value"u8, value);
            xml.Close("Tag"u8);
        }
        xml.Close("TagSet"u8);
        xml.Close("Tagging"u8);
    }
}
