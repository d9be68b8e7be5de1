namespace Holdfast.Server.Hosting.Errors;

/// <summary>Endpoint metadata: refusals of this endpoint are written in <paramref name="Dialect"/>.</summary>
public sealed record DialectMetadata(IErrorDialect Dialect);
