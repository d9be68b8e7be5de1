using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.S3.Checksums;

/// <summary>
/// One checksum: base64 on the wire, with "-N" behind it when it is the composite of N parts. Immutable; the bytes are not to be changed.
/// </summary>
public readonly struct ChecksumValue : IEquatable<ChecksumValue>
{
    readonly byte[]? _bytes;

    /// <param name="algorithm">Which checksum it is.</param>
    /// <param name="bytes">Big-endian for CRCs; taken over.</param>
    /// <param name="parts">Of a composite; 0 for one over all bytes.</param>
    public ChecksumValue(ChecksumAlgorithm algorithm, byte[] bytes, int parts = 0)
    {
        if (bytes.Length != algorithm.Size())
            throw new ArgumentException($"{algorithm.Name()} has {algorithm.Size()} bytes, not {bytes.Length}", nameof(bytes));
        (Algorithm, _bytes, Parts) = (algorithm, bytes, parts);
    }

    public ChecksumAlgorithm Algorithm { get; }

    public int Parts { get; }

    public ChecksumType Type => Parts == 0 ? ChecksumType.FullObject : ChecksumType.Composite;

    public byte[] Bytes => _bytes ?? [];

    public static ChecksumValue OfCrc32(uint crc) => new(ChecksumAlgorithm.Crc32, BigEndian(crc));

    public static ChecksumValue OfCrc32C(uint crc) => new(ChecksumAlgorithm.Crc32C, BigEndian(crc));

    public static ChecksumValue OfCrc64Nvme(ulong crc)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, crc);
        return new ChecksumValue(ChecksumAlgorithm.Crc64Nvme, bytes);
    }

    /// <summary>Throws <see cref="StoreError.InvalidRequest"/> for what is not base64 or has another length.</summary>
    public static ChecksumValue Parse(ChecksumAlgorithm algorithm, string text, bool inTrailer = false) =>
        TryParse(algorithm, text, out var value)
            ? value
            : throw new StoreException(
                StoreError.InvalidRequest, $"Value for {algorithm.HeaderName()} {(inTrailer ? "trailing " : "")}header is invalid.");

    public static bool TryParse(ChecksumAlgorithm algorithm, [NotNullWhen(true)] string? text, out ChecksumValue value)
    {
        value = default;
        if (text is null || text.Length > 64)
            return false;
        // "-" does not occur in base64 as S3 uses it, so it can only begin the number of parts.
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var parts = 0;
        if (dash >= 0 && !int.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out parts))
            return false;
        if (dash >= 0 && parts is < 1 or > 10_000)
            return false;
        var base64 = dash < 0 ? text : text[..dash];
        var bytes = new byte[algorithm.Size()];
        if (base64.Length != (bytes.Length + 2) / 3 * 4
            || !Convert.TryFromBase64String(base64, bytes, out var length) || length != bytes.Length)
            return false;
        value = new ChecksumValue(algorithm, bytes, parts);
        return true;
    }

    public ulong ToCrc() => Bytes.Length == 8 ? BinaryPrimitives.ReadUInt64BigEndian(Bytes) : BinaryPrimitives.ReadUInt32BigEndian(Bytes);

    public override string ToString() => Parts == 0 ? Convert.ToBase64String(Bytes) : $"{Convert.ToBase64String(Bytes)}-{Parts}";

    public bool Equals(ChecksumValue other) =>
        Algorithm == other.Algorithm && Parts == other.Parts && Bytes.AsSpan().SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is ChecksumValue other && Equals(other);

    public override int GetHashCode() =>
        HashCode.Combine(Algorithm, Parts, Bytes.Length > 0 ? BinaryPrimitives.ReadInt32BigEndian(Bytes) : 0);

    public static bool operator ==(ChecksumValue left, ChecksumValue right) => left.Equals(right);

    public static bool operator !=(ChecksumValue left, ChecksumValue right) => !left.Equals(right);

    static byte[] BigEndian(uint crc)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, crc);
        return bytes;
    }
}
