using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.Oci;

/// <summary>
/// The digest by which a client names content: <c>sha256:</c> with 64 or <c>sha512:</c> with 128 lower-case hexadecimal digits
/// (image-spec, "Digests"). The store's own identity is <see cref="Digest"/>; a sha512 name is an alias of one. Compared as bytes.
/// </summary>
public readonly struct ContentName : IEquatable<ContentName>
{
    const string Sha512Prefix = "sha512:";

    readonly byte[]? _bytes;

    ContentName(byte[] bytes) => _bytes = bytes;

    public ContentName(Digest digest) => _bytes = digest.ToArray();

    /// <summary>32 bytes of SHA-256 or 64 of SHA-512: the length says which.</summary>
    public static ContentName FromBytes(byte[] bytes) =>
        bytes.Length is SHA256.HashSizeInBytes or SHA512.HashSizeInBytes
            ? new ContentName(bytes)
            : throw new ArgumentException($"a name has 32 or 64 bytes, not {bytes.Length}", nameof(bytes));

    public byte[] Bytes => _bytes ?? throw new InvalidOperationException("the default value names nothing");

    public bool IsSha512 => Bytes.Length == SHA512.HashSizeInBytes;

    /// <summary>The store's identity, when this is one.</summary>
    public Digest? Digest => IsSha512 ? null : new Digest(Bytes);

    /// <summary>Throws <see cref="StoreError.InvalidDigest"/>.</summary>
    public static ContentName Parse(string text) =>
        TryParse(text, out var name)
            ? name
            : throw new StoreException(
                StoreError.InvalidDigest,
                "a digest is sha256: and 64 or sha512: and 128 lower-case hexadecimal digits; other algorithms are not taken")
            {
                Details = [new("digest", text.Length <= 160 ? text : text[..160])],
            };

    public static bool TryParse([NotNullWhen(true)] string? text, out ContentName name)
    {
        name = default;
        if (text is null || text.AsSpan().ContainsAnyInRange('A', 'F'))
            return false;
        var size = text.StartsWith(Protocol.Digest.Prefix, StringComparison.Ordinal) ? SHA256.HashSizeInBytes
            : text.StartsWith(Sha512Prefix, StringComparison.Ordinal) ? SHA512.HashSizeInBytes
            : 0;
        var hex = text.AsSpan(Math.Min(text.Length, Sha512Prefix.Length));
        var bytes = new byte[size];
        if (size == 0 || hex.Length != 2 * size || Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        name = new ContentName(bytes);
        return true;
    }

    /// <summary>The name of these bytes, by the algorithm of <paramref name="like"/>.</summary>
    public static ContentName Of(ReadOnlySpan<byte> content, ContentName like) =>
        new(like.IsSha512 ? SHA512.HashData(content) : SHA256.HashData(content));

    /// <summary>
    /// The tag under which clients keep referrers where the API is missing (distribution-spec, "Referrers tag schema"): the algorithm cut
    /// to 32 characters, a dash, the digits cut to 64.
    /// </summary>
    public string FallbackTag => $"{(IsSha512 ? "sha512" : "sha256")}-{Convert.ToHexStringLower(Bytes.AsSpan(0, 32))}";

    public override string ToString() =>
        (IsSha512 ? Sha512Prefix : Protocol.Digest.Prefix) + Convert.ToHexStringLower(Bytes);

    public bool Equals(ContentName other) => _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => obj is ContentName other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_bytes.AsSpan());
        return hash.ToHashCode();
    }

    public static bool operator ==(ContentName left, ContentName right) => left.Equals(right);

    public static bool operator !=(ContentName left, ContentName right) => !left.Equals(right);
}
