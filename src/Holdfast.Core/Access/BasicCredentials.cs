using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Core.Access;

/// <summary>HTTP Basic (RFC 7617): access key and secret key, on every door.</summary>
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
        if (colon < 0 || accounts.Find(text[..colon]) is not { } account)
            return null;
        var isRight = CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(text[(colon + 1)..]), Encoding.UTF8.GetBytes(account.SecretKey));
        return isRight ? account : null;
    }
}
