namespace Holdfast.Core.Access;

/// <summary>What an operation asks for. Each endpoint carries exactly one; the policy decides it for one resource.</summary>
public enum Right
{
    /// <summary>See which buckets one owns.</summary>
    ListBuckets,
    CreateBucket,

    /// <summary>Read or change a bucket's own settings, or delete it.</summary>
    ManageBucket,

    /// <summary>Learn that a bucket exists and where.</summary>
    ReadBucket,
    ListObjects,
    ReadObject,
    WriteObject,
    DeleteObject,

    /// <summary>Read an object's or a bucket's ACL.</summary>
    ReadAcl,
    WriteAcl,

    /// <summary>See repositories; of each only what one may pull.</summary>
    ListRepositories,
    CreateRepository,

    /// <summary>Read a repository's manifests, blobs, tags and referrers.</summary>
    Pull,
    Push,

    /// <summary>Delete a repository's manifests, tags and blobs.</summary>
    DeleteContent,

    /// <summary>Change a repository's settings, or delete it.</summary>
    ManageRepository,
}
