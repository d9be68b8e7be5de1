namespace Holdfast.Core.Access;

/// <summary>
/// Who asks. <paramref name="Id"/> is the owner ID that S3 answers show; <paramref name="IsRoot"/> may do everything, an
/// <paramref name="IsOrganizationOwner"/> everything within its organization.
/// </summary>
public sealed record Principal(
    string Id,
    string Name,
    string DisplayName,
    long OrganizationId,
    bool IsRoot,
    bool IsOrganizationOwner)
{
    /// <summary>A caller without credentials.</summary>
    public static readonly Principal Anonymous = new("anonymous", "anonymous", "anonymous", 0, false, false);

    public bool IsAnonymous => ReferenceEquals(this, Anonymous);
}
