using Holdfast.Core.Access;

namespace Holdfast.Server.Oci;

/// <summary>
/// An operation of the distribution API: its name in logs and metrics, the right it needs, and the action of a token's scope that stands
/// for it (Docker registry token authentication, "Token scope").
/// </summary>
public sealed record OciOperation(string Name, Right Right, string Action)
{
    /// <summary>Makes the repository when there is none (the first push).</summary>
    public bool CreatesRepository { get; init; }

    /// <summary>Reads what objects of a bucket are, so that the right to read one of them is enough.</summary>
    public bool ReadsObjects { get; init; }

    /// <summary>Answers for a repository that was never pushed to as well.</summary>
    public bool NeedsNoRepository { get; init; }

    /// <summary>Adds to the store, so that it is refused when the disk is full.</summary>
    public bool Adds { get; init; }
}
