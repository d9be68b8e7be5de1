using Holdfast.Core.Access;

namespace Holdfast.Server.S3;

/// <summary>
/// What an S3 endpoint is, beside its scope (the synthetic path) and method: the name metrics and logs show, the right it needs, and what
/// in the request selects it.
/// </summary>
public sealed record S3Operation(string Name, Right Right)
{
    /// <summary>
    /// The query parameter that selects it (<c>tagging</c>, <c>uploads</c>, …); null for the plain operation of the method.
    /// </summary>
    public string? SubResource { get; init; }

    /// <summary>Selected by an <c>x-amz-copy-source</c> header; such an operation goes before one without.</summary>
    public bool IsCopy { get; init; }

    /// <summary>The bucket need not exist.</summary>
    public bool CreatesBucket { get; init; }

    /// <summary>Adds to the catalog, so that it is refused while the store is full.</summary>
    public bool Adds { get; init; }

    /// <summary>Names a sub-resource that is not there yet: the refusal it answers with.</summary>
    public bool IsAbsent { get; init; }
}
