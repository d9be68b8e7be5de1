using Holdfast.Protocol.Errors;

namespace Holdfast.Core.Objects;

/// <summary>
/// What must hold of a key's current version for a write to happen; judged under the key's lock, in the transaction that writes (S3 user
/// guide, "Conditional requests"). A delete marker counts as no object.
/// </summary>
public sealed record ObjectCondition
{
    public static readonly ObjectCondition None = new();

    /// <summary>If-None-Match: *</summary>
    public bool MustNotExist { get; init; }

    /// <summary>If-Match with an ETag without quotes, or <c>*</c> for any object; null when not asked for.</summary>
    public string? ETag { get; init; }

    /// <summary>x-amz-if-match-last-modified-time, whole seconds.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>x-amz-if-match-size, bytes.</summary>
    public long? Size { get; init; }

    public bool IsNone => !MustNotExist && ETag is null && LastModified is null && Size is null;

    /// <summary>Throws PreconditionFailed, or NoSuchKey when an object was expected and none is there.</summary>
    public void Check(ObjectVersion? current)
    {
        var existing = current is { IsMarker: false } ? current : null;
        if (MustNotExist && existing is not null)
            throw Failed("If-None-Match", "an object exists at this key");
        if (ETag is null && LastModified is null && Size is null)
            return;
        if (existing is null)
            throw new StoreException(StoreError.NoSuchKey, "no object exists at this key, so If-Match cannot hold");
        if (ETag is not null and not "*" && ETag != existing.ETag.ToString())
            throw Failed("If-Match", "the object's ETag is another");
        if (LastModified is { } time && time.ToUnixTimeSeconds() != existing.CreatedAt.ToUnixTimeSeconds())
            throw Failed("x-amz-if-match-last-modified-time", "the object was modified at another time");
        if (Size is { } size && size != existing.Size)
            throw Failed("x-amz-if-match-size", $"the object has {existing.Size} bytes, not {size}");
    }

    static StoreException Failed(string condition, string why) =>
        new(StoreError.PreconditionFailed, $"At least one of the pre-conditions you specified did not hold: {why}")
        {
            Details = [new("Condition", condition)],
        };
}
