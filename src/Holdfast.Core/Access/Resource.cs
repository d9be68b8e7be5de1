namespace Holdfast.Core.Access;

/// <summary>
/// The thing a right is asked for: the facts about it that the decision needs, and nothing else. A null <paramref name="BucketOwner"/>
/// means the server itself (no bucket); a null <paramref name="ObjectOwner"/> means the bucket, or a key where nothing is.
/// </summary>
public sealed record Resource(
    string? BucketOwner,
    long OrganizationId,
    CannedAcl BucketAcl,
    string? ObjectOwner,
    CannedAcl ObjectAcl)
{
    /// <summary>A repository, which is read by everybody when it is public.</summary>
    public static Resource OfRepository(string owner, long organization, bool isPublic) =>
        new(owner, organization, isPublic ? CannedAcl.PublicRead : CannedAcl.Private, null, CannedAcl.Private);

    public static readonly Resource Server = new(null, 0, CannedAcl.Private, null, CannedAcl.Private);
}
