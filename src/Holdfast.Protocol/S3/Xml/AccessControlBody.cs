using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.Acls;

namespace Holdfast.Protocol.S3.Xml;

/// <summary>AccessControlPolicy: the owner and at most 100 grants.</summary>
/// <param name="OwnerId">Null when the body names none.</param>
public sealed record AccessControlBody(string? OwnerId, IReadOnlyList<Grant> Grants)
{
    public const int MaxGrants = 100;
    const string Xsi = "http://www.w3.org/2001/XMLSchema-instance";

    /// <summary>
    /// Throws <see cref="StoreError.MalformedXml"/>, and <see cref="StoreError.MalformedAcl"/> for grants that mean nothing.
    /// </summary>
    public static AccessControlBody Parse(ReadOnlyMemory<byte> body)
    {
        using var xml = XmlBody.Open(body, "AccessControlPolicy");
        string? owner = null;
        var grants = new List<Grant>();
        while (xml.Child())
        {
            switch (xml.Name)
            {
                case "Owner":
                    owner = ReadOwner(xml);
                    break;
                case "AccessControlList":
                    ReadGrants(xml, grants);
                    break;
                default:
                    xml.Skip();
                    break;
            }
        }

        xml.End();
        return new AccessControlBody(owner, grants);
    }

    static string? ReadOwner(XmlBody xml)
    {
        string? id = null;
        while (xml.Child())
        {
            if (xml.Name == "ID")
                id = xml.Text();
            else
                xml.Skip();
        }

        return id;
    }

    static void ReadGrants(XmlBody xml, List<Grant> grants)
    {
        while (xml.Child())
        {
            if (xml.Name != "Grant" || grants.Count == MaxGrants)
                throw Malformed();
            grants.Add(ReadGrant(xml));
        }
    }

    static Grant ReadGrant(XmlBody xml)
    {
        (GranteeKind Kind, string Name)? grantee = null;
        AclPermission? permission = null;
        while (xml.Child())
        {
            if (xml.Name == "Grantee")
                grantee = ReadGrantee(xml);
            else if (xml.Name == "Permission")
                permission = Permission(xml.Text());
            else
                throw Malformed();
        }

        return grantee is { } who && permission is { } what ? new Grant(who.Kind, who.Name, what) : throw Malformed();
    }

    static (GranteeKind Kind, string Name) ReadGrantee(XmlBody xml)
    {
        var type = xml.Attribute("type", Xsi);
        string? id = null, uri = null, email = null;
        while (xml.Child())
        {
            switch (xml.Name)
            {
                case "ID":
                    id = xml.Text();
                    break;
                case "URI":
                    uri = xml.Text();
                    break;
                case "EmailAddress":
                    email = xml.Text();
                    break;
                default:
                    xml.Skip();
                    break;
            }
        }

        // The type attribute decides; without it, what the grantee holds does.
        return (type, id, uri, email) switch
        {
            ("CanonicalUser" or null, { Length: > 0 }, _, _) => (GranteeKind.CanonicalUser, id),
            ("Group" or null, _, Grant.AllUsers or Grant.AuthenticatedUsers or Grant.LogDelivery, _) => (GranteeKind.Group, uri),
            ("AmazonCustomerByEmail" or null, _, _, { Length: > 0 }) => (GranteeKind.Email, email),
            _ => throw Malformed(),
        };
    }

    static AclPermission Permission(string text) => text switch
    {
        "READ" => AclPermission.Read,
        "WRITE" => AclPermission.Write,
        "READ_ACP" => AclPermission.ReadAcp,
        "WRITE_ACP" => AclPermission.WriteAcp,
        "FULL_CONTROL" => AclPermission.FullControl,
        _ => throw Malformed(),
    };

    static StoreException Malformed() => new(
        StoreError.MalformedAcl, "The XML you provided was not well-formed or did not validate against our published schema");
}
