using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Holdfast.Protocol;

/// <summary>
/// The SHA-256 of a blob's bytes: the one identity of content. Text form: <c>sha256:</c> and 64 lower-case hexadecimal digits
/// (OCI image-spec, "Digests"). Compared as bytes. The default value is 32 zero bytes and never the digest of anything stored.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Digest : ISpanParsable<Digest>, ISpanFormattable, IEquatable<Digest>, IComparable<Digest>
{
    public const int Size = 32;
    public const string Prefix = "sha256:";
    public const int TextLength = 71;

    /// <summary>The digest of no bytes at all.</summary>
    public static readonly Digest Empty = Of([]);

    readonly ulong _a, _b, _c, _d;

    /// <summary>Reads a digest from its 32 bytes.</summary>
    public Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"a SHA-256 digest has 32 bytes, not {bytes.Length}", nameof(bytes));
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>64 lower-case hexadecimal digits, without the algorithm.</summary>
    public string Hex => Convert.ToHexStringLower(ToArray());

    public static Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(content, hash);
        return new Digest(hash);
    }

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Reads 64 hexadecimal digits of either case, without the algorithm.</summary>
    public static bool TryParseHex(ReadOnlySpan<char> hex, out Digest digest)
    {
        digest = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (hex.Length != 2 * Size || Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        digest = new Digest(bytes);
        return true;
    }

    /// <summary>Reads <c>sha256:</c> and 64 lower-case hexadecimal digits; anything else is false.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, IFormatProvider? provider, out Digest result)
    {
        result = default;
        return text.Length == TextLength
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && !text.ContainsAnyInRange('A', 'F')
            && TryParseHex(text[Prefix.Length..], out result);
    }

    public static bool TryParse([NotNullWhen(true)] string? text, IFormatProvider? provider, out Digest result) =>
        TryParse(text.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> text, out Digest result) => TryParse(text, null, out result);

    public static Digest Parse(ReadOnlySpan<char> text, IFormatProvider? provider) =>
        TryParse(text, provider, out var digest)
            ? digest
            : throw new FormatException("a digest is written sha256: and 64 lower-case hexadecimal digits");

    public static Digest Parse(string text, IFormatProvider? provider) => Parse(text.AsSpan(), provider);

    public static Digest Parse(string text) => Parse(text.AsSpan(), null);

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        charsWritten = 0;
        if (destination.Length < TextLength)
            return false;
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        Prefix.CopyTo(destination);
        Convert.TryToHexStringLower(bytes, destination[Prefix.Length..], out _);
        charsWritten = TextLength;
        return true;
    }

    public override string ToString() =>
        string.Create(TextLength, this, static (span, digest) => digest.TryFormat(span, out _, default, null));

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public bool Equals(Digest other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    public override bool Equals(object? obj) => obj is Digest other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_a, _b);

    public int CompareTo(Digest other)
    {
        var order = _a.CompareTo(other._a);
        if (order == 0)
            order = _b.CompareTo(other._b);
        if (order == 0)
            order = _c.CompareTo(other._c);
        return order != 0 ? order : _d.CompareTo(other._d);
    }

    public static bool operator ==(Digest left, Digest right) => left.Equals(right);

    public static bool operator !=(Digest left, Digest right) => !left.Equals(right);

    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;

    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;

    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;
}
