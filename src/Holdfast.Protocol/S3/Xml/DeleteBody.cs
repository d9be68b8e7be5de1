using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;

namespace Holdfast.Protocol.S3.Xml;

/// <summary>One object to delete, with the conditions under which it may go; null where none was given.</summary>
/// <param name="VersionId">As sent: a malformed one is that entry's own error, not the request's.</param>
/// <param name="ETag">Without quotes; "*" for any.</param>
public readonly record struct DeleteEntry(ObjectKey Key, string? VersionId, string? ETag, DateTimeOffset? LastModified, long? Size);

/// <summary>The Delete body of DeleteObjects: 1 to 1000 objects.</summary>
public sealed record DeleteBody(bool IsQuiet, IReadOnlyList<DeleteEntry> Objects)
{
    public const int MaxObjects = 1000;

    /// <summary>
    /// Throws <see cref="StoreError.MalformedXml"/> (also for none and for too many objects) and <see cref="StoreError.KeyTooLong"/>.
    /// </summary>
    public static DeleteBody Parse(ReadOnlyMemory<byte> body)
    {
        using var xml = XmlBody.Open(body, "Delete");
        var quiet = false;
        var objects = new List<DeleteEntry>();
        while (xml.Child())
        {
            switch (xml.Name)
            {
                case "Quiet":
                    quiet = xml.Flag();
                    break;
                case "Object" when objects.Count < MaxObjects:
                    objects.Add(ReadEntry(xml));
                    break;
                case "Object":
                    throw XmlBody.Malformed();
                default:
                    xml.Skip();
                    break;
            }
        }

        xml.End();
        return objects.Count == 0 ? throw XmlBody.Malformed() : new DeleteBody(quiet, objects);
    }

    static DeleteEntry ReadEntry(XmlBody xml)
    {
        string? key = null, version = null, etag = null;
        DateTimeOffset? modified = null;
        long? size = null;
        while (xml.Child())
        {
            switch (xml.Name)
            {
                case "Key":
                    key = xml.Text();
                    break;
                case "VersionId":
                    version = xml.Text();
                    break;
                case "ETag":
                    etag = EntityTag.Unquote(xml.Text());
                    break;
                case "LastModifiedTime":
                    modified = xml.Time();
                    break;
                case "Size":
                    size = xml.Number();
                    break;
                default:
                    xml.Skip();
                    break;
            }
        }

        if (string.IsNullOrEmpty(key))
            throw XmlBody.Malformed();
        return new DeleteEntry(ObjectKey.FromText(key), string.IsNullOrEmpty(version) ? null : version, etag, modified, size);
    }
}
