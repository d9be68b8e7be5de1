using System.Text;
using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.S3;

/// <summary>
/// An object's key: 1 to 1024 bytes of UTF-8, compared and ordered as bytes (specs of S3, "Object key names"). Nothing in it is a path:
/// "../x", "a//b" and a trailing "/" are ordinary. The default value is no key.
/// </summary>
public readonly struct ObjectKey : IEquatable<ObjectKey>, IComparable<ObjectKey>
{
    public const int MaxBytes = 1024;

    readonly byte[]? _utf8;

    ObjectKey(byte[] utf8) => _utf8 = utf8;

    public ReadOnlySpan<byte> Utf8 => _utf8;

    /// <summary>The bytes themselves, for a database parameter; not to be changed.</summary>
    public byte[] Bytes => _utf8 ?? [];

    public bool IsEmpty => _utf8 is null or [];

    /// <summary>
    /// Reads the key from the percent-encoded path as it was sent, without the slash before it. Decoded exactly once: "%2F" is "/" and "+"
    /// is "+". Throws <see cref="StoreError.InvalidUri"/> and <see cref="StoreError.KeyTooLong"/>.
    /// </summary>
    public static ObjectKey ParsePath(ReadOnlySpan<char> rawPath) =>
        rawPath.Length > 3 * MaxBytes ? throw TooLong(rawPath.Length / 3) : FromUtf8(UriCoding.DecodePath(rawPath));

    /// <summary>Takes over the bytes. Throws <see cref="StoreError.InvalidUri"/> and <see cref="StoreError.KeyTooLong"/>.</summary>
    public static ObjectKey FromUtf8(byte[] utf8)
    {
        if (utf8.Length == 0)
            throw new StoreException(StoreError.InvalidUri, "an object key has 1 to 1024 bytes, not 0");
        if (utf8.Length > MaxBytes)
            throw TooLong(utf8.Length);
        if (!System.Text.Unicode.Utf8.IsValid(utf8))
            throw new StoreException(StoreError.InvalidUri, "the object key is not UTF-8");
        return new ObjectKey(utf8);
    }

    /// <summary>Throws as <see cref="FromUtf8"/> does; a lone surrogate is not UTF-8.</summary>
    public static ObjectKey FromText(string text)
    {
        try
        {
            return FromUtf8(StrictUtf8.GetBytes(text));
        }
        catch (EncoderFallbackException inner)
        {
            throw new StoreException(StoreError.InvalidUri, "the object key is not UTF-8", inner);
        }
    }

    /// <summary>For a key read from the store's own catalog, which was checked when it was written.</summary>
    public static ObjectKey FromTrusted(byte[] utf8) => new(utf8);

    public override string ToString() => Encoding.UTF8.GetString(Utf8);

    public bool StartsWith(ReadOnlySpan<byte> prefix) => Utf8.StartsWith(prefix);

    public bool Equals(ObjectKey other) => Utf8.SequenceEqual(other.Utf8);

    public override bool Equals(object? obj) => obj is ObjectKey other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Utf8);
        return hash.ToHashCode();
    }

    public int CompareTo(ObjectKey other) => Utf8.SequenceCompareTo(other.Utf8);

    public static bool operator ==(ObjectKey left, ObjectKey right) => left.Equals(right);

    public static bool operator !=(ObjectKey left, ObjectKey right) => !left.Equals(right);

    public static bool operator <(ObjectKey left, ObjectKey right) => left.CompareTo(right) < 0;

    public static bool operator >(ObjectKey left, ObjectKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(ObjectKey left, ObjectKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ObjectKey left, ObjectKey right) => left.CompareTo(right) >= 0;

    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    static StoreException TooLong(int bytes) => new(StoreError.KeyTooLong, "Your key is too long")
    {
        Details = [new("Size", bytes.ToString()), new("MaxSizeAllowed", "1024")],
    };
}
