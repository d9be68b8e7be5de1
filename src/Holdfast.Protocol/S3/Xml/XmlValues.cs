using System.Globalization;
using Holdfast.Protocol.Http;

namespace Holdfast.Protocol.S3.Xml;

/// <summary>Typed texts of request bodies.</summary>
static class XmlValues
{
    public static bool Flag(this XmlBody xml) => xml.Text().Trim() switch
    {
        "true" or "1" => true,
        "false" or "0" or "" => false,
        _ => throw XmlBody.Malformed(),
    };

    public static long Number(this XmlBody xml) =>
        long.TryParse(xml.Text().Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw XmlBody.Malformed();

    public static DateTimeOffset Time(this XmlBody xml) => HttpDate.TryParse(xml.Text(), out var time) ? time : throw XmlBody.Malformed();
}
