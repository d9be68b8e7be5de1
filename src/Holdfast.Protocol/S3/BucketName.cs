using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.S3;

/// <summary>
/// A bucket's name: 3 to 63 of a-z 0-9 . - with a letter or digit at both ends and beside every dot, not shaped like an IPv4 address and
/// without the prefixes and suffixes that S3 keeps for itself ("Bucket naming rules"). Compared ordinally. The default value is no name.
/// </summary>
public readonly struct BucketName : IEquatable<BucketName>
{
    static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-");
    static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789.");
    static readonly string[] ReservedPrefixes = ["xn--", "sthree-", "amzn-s3-demo-"];
    static readonly string[] ReservedSuffixes = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

    readonly string? _text;

    BucketName(string text) => _text = text;

    /// <summary>Throws <see cref="StoreError.InvalidBucketName"/>.</summary>
    public static BucketName Parse(string text) =>
        TryParse(text, out var name)
            ? name
            : throw new StoreException(StoreError.InvalidBucketName, "The specified bucket is not valid.")
            {
                Details = [new("BucketName", text.Length <= 255 ? text : text[..255])],
            };

    public static bool TryParse([NotNullWhen(true)] string? text, out BucketName name)
    {
        name = default;
        if (text is null || !IsValid(text))
            return false;
        name = new BucketName(text);
        return true;
    }

    public override string ToString() => _text ?? "";

    public bool Equals(BucketName other) => string.Equals(_text, other._text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is BucketName other && Equals(other);

    public override int GetHashCode() => _text?.GetHashCode(StringComparison.Ordinal) ?? 0;

    public static bool operator ==(BucketName left, BucketName right) => left.Equals(right);

    public static bool operator !=(BucketName left, BucketName right) => !left.Equals(right);

    static bool IsValid(string text) =>
        text.Length is >= 3 and <= 63
        && !text.AsSpan().ContainsAnyExcept(Allowed)
        && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1])
        && !HasDotBesideDotOrDash(text)
        && !IsShapedLikeAddress(text)
        && !IsReserved(text);

    static bool HasDotBesideDotOrDash(string text) =>
        text.Contains("..", StringComparison.Ordinal)
        || text.Contains(".-", StringComparison.Ordinal)
        || text.Contains("-.", StringComparison.Ordinal);

    static bool IsShapedLikeAddress(string text) =>
        text.AsSpan().Count('.') == 3 && !text.AsSpan().ContainsAnyExcept(AddressCharacters);

    static bool IsReserved(string text)
    {
        foreach (var prefix in ReservedPrefixes)
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal))
                return true;
        }

        foreach (var suffix in ReservedSuffixes)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
