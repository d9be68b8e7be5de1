using Holdfast.Core.Access;

namespace Holdfast.Core.Tests.Access;

public sealed class AccessPolicyTests
{
    static readonly Principal Alice = new("alice", "alice", "alice", 1, false, false);
    static readonly Principal Bob = new("bob", "bob", "bob", 1, false, false);
    static readonly Principal Owner = new("owner", "owner", "owner", 1, false, true);
    static readonly Principal Stranger = new("owner-elsewhere", "stranger", "stranger", 2, false, true);
    static readonly Principal Root = new("root", "root", "root", 1, true, true);

    [Theory]
    [InlineData(AnonymousAccess.Off, "")]
    [InlineData(AnonymousAccess.Read, "ListBuckets,ReadBucket,ListObjects,ReadObject")]
    [InlineData(AnonymousAccess.Write, "ListBuckets,ReadBucket,ListObjects,ReadObject,WriteObject")]
    [InlineData(
        AnonymousAccess.All,
        "ListBuckets,CreateBucket,ManageBucket,ReadBucket,ListObjects,ReadObject,WriteObject,DeleteObject,ReadAcl,WriteAcl")]
    public void Nobody_may_what_the_setting_says(AnonymousAccess anonymous, string allowed)
    {
        var policy = new AccessPolicy(anonymous);

        Assert.Equal(allowed, Allowed(policy, Principal.Anonymous, OfAlice(CannedAcl.Private, CannedAcl.Private)));
    }

    [Fact]
    public void Owner_root_and_organization_owner_may_everything_and_others_nothing()
    {
        var policy = new AccessPolicy(AnonymousAccess.Off);
        var what = OfAlice(CannedAcl.Private, CannedAcl.Private);
        var everything = string.Join(',', Enum.GetNames<Right>());

        foreach (var who in (Principal[])[Alice, Owner, Root])
            Assert.Equal(everything, Allowed(policy, who, what));
        foreach (var who in (Principal[])[Bob, Stranger])
            Assert.Equal("", Allowed(policy, who, what));
    }

    [Theory]
    [InlineData(CannedAcl.PublicRead, "ReadBucket,ListObjects,Pull", "ReadBucket,ListObjects,Pull")]
    [InlineData(
        CannedAcl.PublicReadWrite,
        "ReadBucket,ListObjects,WriteObject,DeleteObject,Pull",
        "ReadBucket,ListObjects,WriteObject,DeleteObject,Pull")]
    [InlineData(CannedAcl.AuthenticatedRead, "ReadBucket,ListObjects,Pull", "")]
    public void A_buckets_acl_gives_what_it_says(CannedAcl acl, string bob, string nobody)
    {
        var policy = new AccessPolicy(AnonymousAccess.Off);
        var what = OfAlice(acl, CannedAcl.Private);

        Assert.Equal(bob, Allowed(policy, Bob, what));
        Assert.Equal(nobody, Allowed(policy, Principal.Anonymous, what));
    }

    [Theory]
    [InlineData(CannedAcl.PublicRead, true, true)]
    [InlineData(CannedAcl.AuthenticatedRead, true, false)]
    [InlineData(CannedAcl.Private, false, false)]
    public void An_objects_acl_gives_reading(CannedAcl acl, bool bob, bool nobody)
    {
        var policy = new AccessPolicy(AnonymousAccess.Off);
        var what = OfAlice(CannedAcl.Private, acl);

        Assert.Equal(bob, policy.Decide(Bob, Right.ReadObject, what).IsAllowed);
        Assert.Equal(nobody, policy.Decide(Principal.Anonymous, Right.ReadObject, what).IsAllowed);
        Assert.False(policy.Decide(Bob, Right.WriteAcl, what).IsAllowed);
    }

    [Fact]
    public void An_object_in_anothers_bucket_stays_its_owners()
    {
        var policy = new AccessPolicy(AnonymousAccess.Off);
        var what = OfAlice(CannedAcl.Private, CannedAcl.Private) with { ObjectOwner = "bob" };

        Assert.Equal("ReadObject,ReadAcl,WriteAcl", Allowed(policy, Bob, what));
    }

    [Fact]
    public void Users_list_and_create_buckets_and_repositories_and_nobody_but_lists_what_is_public()
    {
        var policy = new AccessPolicy(AnonymousAccess.Off);

        Assert.Equal("ListBuckets,CreateBucket,ListRepositories,CreateRepository", Allowed(policy, Alice, Resource.Server));
        Assert.Equal("ListRepositories", Allowed(policy, Principal.Anonymous, Resource.Server));
    }

    [Theory]
    [InlineData(AnonymousAccess.Off)]
    [InlineData(AnonymousAccess.All)]
    public void A_public_repository_is_pulled_by_everybody_and_a_private_one_by_its_own(AnonymousAccess anonymous)
    {
        var policy = new AccessPolicy(anonymous);
        var (open, closed) = (Resource.OfRepository("alice", 1, true), Resource.OfRepository("alice", 1, false));
        Right[] rights = [.. Enum.GetValues<Right>().Where(right => right >= Right.ListRepositories)];

        foreach (var who in (Principal[])[Bob, Stranger, Principal.Anonymous])
        {
            Assert.Equal([Right.Pull], rights.Where(right => policy.Decide(who, right, open).IsAllowed));
            Assert.DoesNotContain(rights, right => policy.Decide(who, right, closed).IsAllowed);
        }
        foreach (var who in (Principal[])[Alice, Owner, Root])
            Assert.All(rights, right => Assert.True(policy.Decide(who, right, closed).IsAllowed));
    }

    static Resource OfAlice(CannedAcl bucket, CannedAcl item) => new("alice", 1, bucket, "alice", item);

    static string Allowed(AccessPolicy policy, Principal who, Resource what) =>
        string.Join(',', Enum.GetValues<Right>().Where(right => policy.Decide(who, right, what).IsAllowed));
}
