namespace Holdfast.Server.Hosting.Metrics;

/// <summary>A part of this server that scopes meters of its own, so that another server in the process does not show them.</summary>
public sealed record MetricScope(object Of);
