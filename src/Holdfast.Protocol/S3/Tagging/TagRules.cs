using System.Globalization;
using System.Text;
using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.S3.Tagging;

/// <summary>The limits of tags (specs/s3.md, rule 21); every breach is <see cref="StoreError.InvalidTag"/>.</summary>
public static class TagRules
{
    public const int MaxObjectTags = 10;
    public const int MaxBucketTags = 50;

    /// <summary>In characters (UTF-16 units).</summary>
    public const int MaxKeyLength = 128;

    /// <summary>In characters (UTF-16 units).</summary>
    public const int MaxValueLength = 256;

    public static void Check(IReadOnlyList<Tag> tags, int maxTags)
    {
        if (tags.Count > maxTags)
            throw TooMany(maxTags);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            if (key.Length is 0 or > MaxKeyLength || !IsPlain(key))
                throw Invalid("The TagKey you have provided is invalid", key);
            if (value.Length > MaxValueLength || !IsPlain(value))
                throw Invalid("The TagValue you have provided is invalid", key);
            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
                throw Invalid("System tags cannot be added/updated by requester", key);
            if (!seen.Add(key))
                throw Invalid("Cannot provide multiple Tags with the same key", key);
        }
    }

    internal static StoreException TooMany(int maxTags) => new(
        StoreError.InvalidTag,
        maxTags == MaxObjectTags ? "Object tags cannot be greater than 10" : $"Bucket tag count cannot be greater than {maxTags}");

    static StoreException Invalid(string message, string key) =>
        new(StoreError.InvalidTag, message) { Details = [new("TagKey", key.Length <= MaxKeyLength ? key : key[..MaxKeyLength])] };

    /// <summary>Letters, digits and spaces of any script, and + - = . _ : / @ ("Categorizing your storage using tags").</summary>
    static bool IsPlain(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || !(Rune.IsLetterOrDigit(rune) || IsMarkOrSpace(rune) || IsAllowedSign(rune)))
                return false;
        }

        return true;
    }

    static bool IsMarkOrSpace(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    static bool IsAllowedSign(Rune rune) => rune.IsAscii && "+-=._:/@".Contains((char)rune.Value, StringComparison.Ordinal);
}
