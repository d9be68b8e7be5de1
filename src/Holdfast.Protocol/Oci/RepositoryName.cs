using System.Diagnostics.CodeAnalysis;
using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.Oci;

/// <summary>
/// A repository's name: lower-case letters and digits in components, joined inside by <c>.</c>, <c>_</c>, <c>__</c> or any run of
/// <c>-</c>, between components by <c>/</c>; at most 255 characters (distribution-spec, "Pulling manifests"). Compared ordinally.
/// </summary>
public readonly struct RepositoryName : IEquatable<RepositoryName>
{
    public const int MaxLength = 255;

    readonly string? _text;

    RepositoryName(string text) => _text = text;

    /// <summary>The first component, which one organization owns on the whole server.</summary>
    public string Namespace => ToString() is var text && text.IndexOf('/', StringComparison.Ordinal) is var slash and > 0
        ? text[..slash]
        : ToString();

    /// <summary>Throws <see cref="StoreError.InvalidRepositoryName"/>.</summary>
    public static RepositoryName Parse(string text) =>
        TryParse(text, out var name)
            ? name
            : throw new StoreException(
                StoreError.InvalidRepositoryName,
                "a repository name has components of a-z and 0-9, joined by '.', '_', '__' or dashes, with '/' between components, "
                + $"and at most {MaxLength} characters")
            {
                Details = [new("name", text.Length <= MaxLength ? text : text[..MaxLength])],
            };

    public static bool TryParse([NotNullWhen(true)] string? text, out RepositoryName name)
    {
        name = default;
        if (text is null || text.Length is 0 or > MaxLength)
            return false;
        foreach (var component in text.AsSpan().Split('/'))
        {
            if (!IsComponent(text.AsSpan()[component]))
                return false;
        }
        name = new RepositoryName(text);
        return true;
    }

    public override string ToString() => _text ?? "";

    public bool Equals(RepositoryName other) => string.Equals(_text, other._text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is RepositoryName other && Equals(other);

    public override int GetHashCode() => _text?.GetHashCode(StringComparison.Ordinal) ?? 0;

    public static bool operator ==(RepositoryName left, RepositoryName right) => left.Equals(right);

    public static bool operator !=(RepositoryName left, RepositoryName right) => !left.Equals(right);

    /// <summary>Whether it can stand between two slashes: what CreateBucket asks of a name as well (design, "Words").</summary>
    public static bool IsComponent(ReadOnlySpan<char> text)
    {
        var rest = text;
        while (true)
        {
            var word = rest.IndexOfAnyExcept(Words);
            if (word < 0)
                return rest.Length > 0;
            if (word == 0)
                return false;
            rest = rest[word..];
            var separator = SeparatorLength(rest);
            if (separator == 0)
                return false;
            rest = rest[separator..];
        }
    }

    static readonly System.Buffers.SearchValues<char> Words = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    static int SeparatorLength(ReadOnlySpan<char> text) => text[0] switch
    {
        '.' => 1,
        '_' => text.Length > 1 && text[1] == '_' ? 2 : 1,
        '-' => text.IndexOfAnyExcept('-') is var end and > 0 ? end : text.Length,
        _ => 0,
    };
}
