using System.Buffers;

namespace Holdfast.Core.Repositories;

/// <summary>Patterns of tags: <c>*</c> stands for any text, <c>?</c> for one character, all else for itself. Case counts.</summary>
public static class TagPattern
{
    public const int MaxLength = 128;

    static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-*?");

    public static bool IsValid(string pattern) => pattern.Length is > 0 and <= MaxLength && !pattern.AsSpan().ContainsAnyExcept(Allowed);

    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        // On a mismatch behind a star the star takes one character more: linear in practice, at worst the product of both lengths.
        var (at, star, resume, i) = (0, -1, 0, 0);
        while (i < text.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
                (star, resume, at) = (at, i, at + 1);
            else if (at < pattern.Length && (pattern[at] == '?' || pattern[at] == text[i]))
                (at, i) = (at + 1, i + 1);
            else if (star >= 0)
                (at, i) = (star + 1, ++resume);
            else
                return false;
        }
        return pattern[at..].IndexOfAnyExcept('*') < 0;
    }
}
