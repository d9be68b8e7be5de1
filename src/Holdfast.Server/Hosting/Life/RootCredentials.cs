namespace Holdfast.Server.Hosting.Life;

/// <summary>The credentials of the one user who may do everything. Registered as a singleton.</summary>
/// <param name="File">The file that holds them; null when they are set.</param>
/// <param name="IsNew">They were made and nobody has seen them yet: they are shown once.</param>
public sealed record RootCredentials(string AccessKey, string SecretKey, string? File, bool IsNew)
{
    /// <summary>Others on this machine could read the file until this start.</summary>
    public bool WasExposed { get; init; }

    public override string ToString() => $"{nameof(RootCredentials)} {AccessKey}";
}
