using Holdfast.Core.Access;
using Holdfast.Protocol.S3.Xml;

namespace Holdfast.Server.S3;

/// <summary>Owner, Initiator and Grantee: an ID and the name it has now.</summary>
static class OwnerElements
{
    public static void Write(ref S3XmlWriter xml, ReadOnlySpan<byte> element, Accounts accounts, string owner)
    {
        xml.Open(element);
        xml.Text("ID"u8, owner);
        xml.Text("DisplayName"u8, accounts.DisplayNameOf(owner));
        xml.Close(element);
    }
}
