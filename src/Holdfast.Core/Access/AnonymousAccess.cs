namespace Holdfast.Core.Access;

/// <summary>What callers without credentials may do besides what ACLs give them. Each value includes the ones before it.</summary>
public enum AnonymousAccess
{
    Off = 0,
    Read = 1,

    /// <summary>Read, and put objects into existing buckets.</summary>
    Write = 2,

    /// <summary>Everything, deleting and creating buckets too.</summary>
    All = 3,
}
