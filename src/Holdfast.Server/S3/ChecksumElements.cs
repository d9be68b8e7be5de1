using Holdfast.Protocol.S3.Checksums;
using Holdfast.Protocol.S3.Xml;

namespace Holdfast.Server.S3;

/// <summary>The checksum of an object in an XML answer; nothing when the uploader chose none.</summary>
static class ChecksumElements
{
    public static void Write(ref S3XmlWriter xml, ChecksumValue? checksum)
    {
        if (checksum is not { } value)
            return;
        xml.Checksum(value);
        xml.Text("ChecksumType"u8, value.Type.Name());
    }
}
