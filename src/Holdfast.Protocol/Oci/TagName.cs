using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.Oci;

/// <summary>
/// A tag: a letter, digit or underscore, then up to 127 of letters, digits, <c>.</c>, <c>_</c> and <c>-</c>; case counts
/// (distribution-spec, "Pulling manifests").
/// </summary>
public readonly struct TagName : IEquatable<TagName>
{
    public const int MaxLength = 128;

    static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    readonly string? _text;

    TagName(string text) => _text = text;

    /// <summary>Throws <see cref="StoreError.InvalidReference"/>.</summary>
    public static TagName Parse(string text) =>
        TryParse(text, out var tag)
            ? tag
            : throw new StoreException(
                StoreError.InvalidReference,
                $"a tag begins with a letter, a digit or '_' and goes on with at most {MaxLength - 1} of these, '.' and '-'")
            {
                Details = [new("tag", text.Length <= MaxLength ? text : text[..MaxLength])],
            };

    public static bool TryParse([NotNullWhen(true)] string? text, out TagName tag)
    {
        tag = default;
        if (text is null || text.Length is 0 or > MaxLength || text[0] is '.' or '-' || text.AsSpan().ContainsAnyExcept(Allowed))
            return false;
        tag = new TagName(text);
        return true;
    }

    public override string ToString() => _text ?? "";

    public bool Equals(TagName other) => string.Equals(_text, other._text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is TagName other && Equals(other);

    public override int GetHashCode() => _text?.GetHashCode(StringComparison.Ordinal) ?? 0;

    public static bool operator ==(TagName left, TagName right) => left.Equals(right);

    public static bool operator !=(TagName left, TagName right) => !left.Equals(right);
}
