using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Core.Access;

/// <summary>HTTP Basic (RFC 7617): access key or user name, and secret key, on every door.</summary>
public static class BasicCredentials
{
    /// <summary>The account that an Authorization header proves; null when it proves none. Secrets are compared in constant time.</summary>
    public static Account? Find(Accounts accounts, string header)
    {
        const string scheme = "Basic ";
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var encoded = header.AsSpan(scheme.Length).Trim();
        var decoded = new byte[encoded.Length];
        if (!Convert.TryFromBase64Chars(encoded, decoded, out var length))
            return null;
        var text = Encoding.UTF8.GetString(decoded, 0, length);
        var colon = text.IndexOf(':');
        return colon < 0 ? null : Find(accounts, text[..colon], text[(colon + 1)..]);
    }

    /// <summary>The account of this access key or user name, if the secret is its own; null otherwise.</summary>
    public static Account? Find(Accounts accounts, string login, string secret)
    {
        if (accounts.FindLogin(login) is not { } account)
            return null;
        var isRight = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(account.SecretKey));
        return isRight ? account : null;
    }
}
