using Holdfast.Core.Repositories.Retention;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Repositories;

/// <summary>
/// A repository: a name that is unique on the server, its organization and owner, and its settings. <paramref name="ImmutableTags"/> are
/// patterns (<c>*</c> and <c>?</c>) of tags that can be created but neither moved nor deleted.
/// </summary>
public sealed record Repository(
    long Id,
    RepositoryName Name,
    long OrganizationId,
    string Owner,
    DateTimeOffset CreatedAt,
    bool IsPublic,
    string Description,
    IReadOnlyList<string> ImmutableTags)
{
    /// <summary>After this long a manifest that no tag, index or subject keeps is deleted; null: never.</summary>
    public TimeSpan? UntaggedAge { get; init; }

    /// <summary>After this long a manifest whose subject is gone is deleted; null: never.</summary>
    public TimeSpan? DanglingAge { get; init; }

    /// <summary>Which tags are kept; none: all are.</summary>
    public IReadOnlyList<RetentionRule> Retention { get; init; } = [];

    /// <summary>The bucket that this repository is; null for all others.</summary>
    public long? BucketId { get; init; }

    public bool IsImmutable(TagName tag)
    {
        foreach (var pattern in ImmutableTags)
        {
            if (TagPattern.Matches(pattern, tag.ToString()))
                return true;
        }
        return false;
    }
}
