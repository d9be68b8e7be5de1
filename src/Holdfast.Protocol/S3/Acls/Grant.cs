namespace Holdfast.Protocol.S3.Acls;

public enum GranteeKind
{
    CanonicalUser,
    Group,
    Email,
}

public enum AclPermission
{
    Read,
    Write,
    ReadAcp,
    WriteAcp,
    FullControl,
}

/// <summary>Who is granted what.</summary>
/// <param name="Grantee">The owner ID, the group's URI, or the email address.</param>
public readonly record struct Grant(GranteeKind Kind, string Grantee, AclPermission Permission)
{
    public const string AllUsers = "http://acs.amazonaws.com/groups/global/AllUsers";
    public const string AuthenticatedUsers = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
    public const string LogDelivery = "http://acs.amazonaws.com/groups/s3/LogDelivery";
}
