using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Holdfast.Protocol;

namespace Holdfast.Core.Blobs.Files;

/// <summary>
/// <c>DIGEST.NONCE</c>: 64 lower-case hexadecimal digits, a dot, and 16 to 64 lower-case letters or digits. Every path of the tree is made
/// from a value of this type, so a location from outside can never name anything but a blob file.
/// </summary>
readonly record struct BlobFileName(Digest Digest, string Value)
{
    const int HexLength = 2 * Digest.Size;
    const int NonceBytes = 12;
    const int MinNonceLength = 16;
    const int MaxNonceLength = 64;

    public BlobLocation Location => new(Value);

    public ReadOnlySpan<char> Nonce => Value.AsSpan(HexLength + 1);

    /// <summary><c>ab/cd</c>, from the first two bytes of the digest.</summary>
    public string Directory => $"{Value.AsSpan(0, 2)}/{Value.AsSpan(2, 2)}";

    /// <summary>The first two bytes of the digest as a number below 65536.</summary>
    public int FanOut => Convert.ToInt32(Value[..4], 16);

    public static string NewNonce() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NonceBytes));

    public static bool IsNonce(ReadOnlySpan<char> text)
    {
        if (text.Length is < MinNonceLength or > MaxNonceLength)
            return false;
        foreach (var c in text)
        {
            if (c is not ((>= '0' and <= '9') or (>= 'a' and <= 'z')))
                return false;
        }

        return true;
    }

    public static BlobFileName Of(Digest digest, string nonce) => new(digest, $"{digest.Hex}.{nonce}");

    public static bool TryParse([NotNullWhen(true)] string? text, out BlobFileName name)
    {
        name = default;
        if (text is null || text.Length <= HexLength || text[HexLength] != '.')
            return false;
        var hex = text.AsSpan(0, HexLength);
        if (hex.ContainsAnyInRange('A', 'F') || !Digest.TryParseHex(hex, out var digest) || !IsNonce(text.AsSpan(HexLength + 1)))
            return false;
        name = new BlobFileName(digest, text);
        return true;
    }
}
