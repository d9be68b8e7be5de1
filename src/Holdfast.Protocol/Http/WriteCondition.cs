using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.Http;

public enum WriteConditionKind
{
    None,

    /// <summary>If-None-Match: * — there must be no current object.</summary>
    MustNotExist,

    /// <summary>If-Match: * — there must be one.</summary>
    MustExist,

    /// <summary>If-Match with a tag — the current object must have it.</summary>
    MustMatch,
}

/// <summary>The condition of a write, to be decided inside the transaction that changes the object (specs/s3.md, rule 34).</summary>
/// <param name="ETag">Without quotes; null unless the kind is <see cref="WriteConditionKind.MustMatch"/>.</param>
public readonly record struct WriteCondition(WriteConditionKind Kind, string? ETag = null)
{
    /// <summary>
    /// Throws <see cref="StoreError.NotImplemented"/> for If-None-Match with anything but "*" and for both headers at once, as AWS does.
    /// </summary>
    public static WriteCondition Parse(string? ifMatch, string? ifNoneMatch)
    {
        if (ifNoneMatch is not null && (ifMatch is not null || EntityTag.Unquote(ifNoneMatch) != "*"))
        {
            throw new StoreException(StoreError.NotImplemented, "A header you provided implies functionality that is not implemented")
            {
                Details = [new("Header", "If-None-Match")],
            };
        }

        if (ifNoneMatch is not null)
            return new WriteCondition(WriteConditionKind.MustNotExist);
        if (ifMatch is null)
            return default;
        var tag = EntityTag.Unquote(ifMatch);
        return tag == "*" ? new WriteCondition(WriteConditionKind.MustExist) : new WriteCondition(WriteConditionKind.MustMatch, tag);
    }
}
