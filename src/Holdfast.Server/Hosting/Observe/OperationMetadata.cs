using Holdfast.Server.Hosting.Target;

namespace Holdfast.Server.Hosting.Observe;

/// <summary>
/// Endpoint metadata: what the endpoint does, as it is called in the access log, in metric labels and in spans. Its presence also says that
/// the endpoint chooses its statuses itself. Make one instance for each operation.
/// </summary>
/// <param name="Name">The protocol's own name: <c>GetObject</c>.</param>
public sealed record OperationMetadata(Door Door, string Name)
{
    /// <summary>Requests that reached no endpoint, by door.</summary>
    internal static readonly OperationMetadata[] Unmatched =
        [.. Enum.GetValues<Door>().Select(door => new OperationMetadata(door, "Unmatched"))];
}
