using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Server.Hosting.Life;

/// <summary>The credentials of the one user who may do everything. Registered as a singleton.</summary>
/// <param name="File">The file that holds them; null when they are set.</param>
/// <param name="IsNew">They were made at this start, and are shown once.</param>
public sealed record RootCredentials(string AccessKey, string SecretKey, string? File, bool IsNew)
{
    /// <summary>Whether these are root's, in a time that tells nothing about them.</summary>
    public bool Match(string accessKey, string secretKey)
    {
        var key = CryptographicOperations.FixedTimeEquals(Hash(accessKey), Hash(AccessKey));
        var secret = CryptographicOperations.FixedTimeEquals(Hash(secretKey), Hash(SecretKey));
        return key && secret;
    }

    public override string ToString() => $"{nameof(RootCredentials)} {AccessKey}";

    static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
