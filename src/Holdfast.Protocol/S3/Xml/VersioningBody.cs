using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.S3.Xml;

/// <summary>VersioningConfiguration.</summary>
/// <param name="IsEnabled">False for Suspended.</param>
/// <param name="MfaDelete">Null when the element is absent.</param>
public sealed record VersioningBody(bool IsEnabled, bool? MfaDelete)
{
    /// <summary>Throws <see cref="StoreError.MalformedXml"/>, also for a missing Status.</summary>
    public static VersioningBody Parse(ReadOnlyMemory<byte> body)
    {
        using var xml = XmlBody.Open(body, "VersioningConfiguration");
        bool? enabled = null, mfa = null;
        while (xml.Child())
        {
            switch (xml.Name)
            {
                case "Status":
                    enabled = Choice(xml.Text(), "Enabled", "Suspended");
                    break;
                case "MfaDelete":
                    mfa = Choice(xml.Text(), "Enabled", "Disabled");
                    break;
                default:
                    xml.Skip();
                    break;
            }
        }

        xml.End();
        return new VersioningBody(enabled ?? throw XmlBody.Malformed(), mfa);
    }

    static bool Choice(string text, string yes, string no) =>
        text == yes || (text == no ? false : throw XmlBody.Malformed());
}
