using Holdfast.Server.Hosting.Target;

namespace Holdfast.Server.Hosting.Errors;

/// <summary>
/// Registered as a singleton, one for each door that has a dialect: how requests are refused that reached no endpoint of that door.
/// The last registration counts. The dialect of <see cref="Door.S3"/> also answers for requests that belong to no door.
/// </summary>
public sealed record DoorDialect(Door Door, IErrorDialect Dialect);
