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
