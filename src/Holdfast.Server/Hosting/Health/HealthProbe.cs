namespace Holdfast.Server.Hosting.Health;

/// <summary>Something that must answer before this server is ready. Registered as a singleton, one for each thing.</summary>
/// <param name="Name">Shown in the answer: <c>catalog</c>.</param>
/// <param name="CheckAsync">
/// Null when all is well, else one sentence without secrets. It is given 2 s, then cancelled and counted as failed; an exception counts as
/// failed too.
/// </param>
public sealed record HealthProbe(string Name, Func<CancellationToken, ValueTask<string?>> CheckAsync);
