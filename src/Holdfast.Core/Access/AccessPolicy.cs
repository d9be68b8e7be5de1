namespace Holdfast.Core.Access;

/// <summary>
/// Decides who may do what: pure, on an immutable snapshot. Deny unless a rule allows (promise 7). Thread safe.
/// </summary>
public sealed class AccessPolicy(AnonymousAccess anonymous)
{
    public Decision Decide(Principal who, Right right, Resource what)
    {
        if (who.IsRoot)
            return Decision.Allow("root may do everything");
        if (who.IsAnonymous && AnonymousMay(right))
            return Decision.Allow($"s3.anonymous is {anonymous}");
        if (what.BucketOwner is null)
            return DecideOnServer(who, right);
        if (who.IsOrganizationOwner && who.OrganizationId == what.OrganizationId)
            return Decision.Allow("an organization owner may do everything in the organization");
        if (who.Id == what.BucketOwner)
            return Decision.Allow("it is the caller's own");
        return GrantedByAcl(who, right, what) ?? Decision.Deny("no grant gives the caller this right");
    }

    bool AnonymousMay(Right right) => right switch
    {
        >= Right.ListRepositories => false,
        Right.ListBuckets or Right.ReadBucket or Right.ListObjects or Right.ReadObject => anonymous >= AnonymousAccess.Read,
        Right.WriteObject => anonymous >= AnonymousAccess.Write,
        _ => anonymous == AnonymousAccess.All,
    };

    static Decision DecideOnServer(Principal who, Right right) => right switch
    {
        Right.ListRepositories => Decision.Allow("a list of repositories shows each caller those it may pull"),
        _ when who.IsAnonymous => Decision.Deny("the caller sent no credentials"),
        Right.ListBuckets or Right.CreateBucket => Decision.Allow("every user may list and create buckets"),
        Right.CreateRepository => Decision.Allow("every user may create repositories"),
        >= Right.ListRepositories => Decision.Deny("there is no such repository"),
        _ => Decision.Deny("there is no such bucket"),
    };

    // S3 user guide, "Access control list (ACL) overview": READ on a bucket lists it, WRITE puts and deletes objects in it, READ on an
    // object reads it. An object's owner has full control of it, also in another's bucket.
    static Decision? GrantedByAcl(Principal who, Right right, Resource what)
    {
        if (what.ObjectOwner is { } owner && owner == who.Id && right is (Right.ReadObject or Right.ReadAcl or Right.WriteAcl))
            return who.IsAnonymous ? null : Decision.Allow("the object is the caller's");
        var acl = right is Right.ReadObject ? what.ObjectAcl : what.BucketAcl;
        return right switch
        {
            Right.ReadObject when what.ObjectOwner is not null && Readable(who, acl) => Decision.Allow($"the object's ACL is {acl}"),
            Right.Pull when Readable(who, acl) => Decision.Allow("the repository is public"),
            Right.ListObjects or Right.ReadBucket when Readable(who, acl) => Decision.Allow($"the bucket's ACL is {acl}"),
            Right.WriteObject or Right.DeleteObject when acl == CannedAcl.PublicReadWrite => Decision.Allow($"the bucket's ACL is {acl}"),
            _ => null,
        };
    }

    static bool Readable(Principal who, CannedAcl acl) => acl switch
    {
        CannedAcl.PublicRead or CannedAcl.PublicReadWrite => true,
        CannedAcl.AuthenticatedRead => !who.IsAnonymous,
        _ => false,
    };
}
