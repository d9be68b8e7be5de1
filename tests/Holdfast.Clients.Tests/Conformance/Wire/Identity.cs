namespace Holdfast.Clients.Tests.Conformance.Wire;

/// <summary>Who signs a request.</summary>
public sealed record Identity(string AccessKey, string SecretKey);
