namespace Holdfast.Core.Access;

/// <summary>The grants that S3's canned ACLs stand for (S3 user guide, "Canned ACL"). The owner always has full control.</summary>
public enum CannedAcl
{
    Private = 0,
    PublicRead = 1,
    PublicReadWrite = 2,
    AuthenticatedRead = 3,
}
