using Holdfast.Protocol.S3;

namespace Holdfast.Core.Objects;

/// <summary>Which version of a key is meant: the current one, the one called "null", or one by its id.</summary>
public readonly record struct VersionRef(bool IsCurrent, bool IsNull, long Seq, long Nonce)
{
    public static readonly VersionRef Current = new(true, false, 0, 0);

    public static readonly VersionRef Null = new(false, true, 0, 0);

    /// <summary>What a <c>versionId</c> names; null is the current version. Throws InvalidArgument for what is no version id.</summary>
    public static VersionRef Parse(string? text) => text is null ? Current : Of(VersionId.Parse(text));

    public static VersionRef Of(VersionId id) => id.IsNull ? Null : new(false, false, id.Sequence, id.Nonce);
}
