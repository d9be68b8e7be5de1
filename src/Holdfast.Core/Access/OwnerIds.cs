using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Core.Access;

/// <summary>The owner IDs of those who have none set.</summary>
public static class OwnerIds
{
    /// <summary>Canonical user IDs of S3 are 64 hexadecimal digits; a user keeps the same one as long as the name stays.</summary>
    public static string Of(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("holdfast user " + name)));
}
