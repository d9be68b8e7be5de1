using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.SigV4;

namespace Holdfast.Protocol.S3.Checksums;

/// <summary>The names and sizes of the checksums on the wire.</summary>
public static class ChecksumAlgorithms
{
    /// <summary>Checksums AWS has added that are not computed here; one of them must be refused, not ignored.</summary>
    static readonly string[] UnsupportedHeaders =
    [
        "x-amz-checksum-md5", "x-amz-checksum-sha512", "x-amz-checksum-xxhash3", "x-amz-checksum-xxhash64", "x-amz-checksum-xxhash128",
    ];

    const string HeaderPrefix = "x-amz-checksum-";

    /// <summary>Headers that begin like a checksum and are none.</summary>
    static readonly string[] OtherHeaders = ["x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type"];

    public static ReadOnlySpan<ChecksumAlgorithm> All =>
    [
        ChecksumAlgorithm.Crc32, ChecksumAlgorithm.Crc32C, ChecksumAlgorithm.Crc64Nvme, ChecksumAlgorithm.Sha1, ChecksumAlgorithm.Sha256,
    ];

    /// <summary>As in x-amz-checksum-algorithm: CRC32, CRC32C, CRC64NVME, SHA1, SHA256.</summary>
    public static string Name(this ChecksumAlgorithm algorithm) => algorithm switch
    {
        ChecksumAlgorithm.Crc32 => "CRC32",
        ChecksumAlgorithm.Crc32C => "CRC32C",
        ChecksumAlgorithm.Crc64Nvme => "CRC64NVME",
        ChecksumAlgorithm.Sha1 => "SHA1",
        ChecksumAlgorithm.Sha256 => "SHA256",
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };

    /// <summary>In lower case.</summary>
    public static string HeaderName(this ChecksumAlgorithm algorithm) => algorithm switch
    {
        ChecksumAlgorithm.Crc32 => "x-amz-checksum-crc32",
        ChecksumAlgorithm.Crc32C => "x-amz-checksum-crc32c",
        ChecksumAlgorithm.Crc64Nvme => "x-amz-checksum-crc64nvme",
        ChecksumAlgorithm.Sha1 => "x-amz-checksum-sha1",
        ChecksumAlgorithm.Sha256 => "x-amz-checksum-sha256",
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };

    /// <summary>The XML element: ChecksumCRC32 and so on.</summary>
    public static ReadOnlySpan<byte> ElementName(this ChecksumAlgorithm algorithm) => algorithm switch
    {
        ChecksumAlgorithm.Crc32 => "ChecksumCRC32"u8,
        ChecksumAlgorithm.Crc32C => "ChecksumCRC32C"u8,
        ChecksumAlgorithm.Crc64Nvme => "ChecksumCRC64NVME"u8,
        ChecksumAlgorithm.Sha1 => "ChecksumSHA1"u8,
        ChecksumAlgorithm.Sha256 => "ChecksumSHA256"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };

    /// <summary>Bytes of a value.</summary>
    public static int Size(this ChecksumAlgorithm algorithm) => algorithm switch
    {
        ChecksumAlgorithm.Crc32 or ChecksumAlgorithm.Crc32C => 4,
        ChecksumAlgorithm.Crc64Nvme => 8,
        ChecksumAlgorithm.Sha1 => 20,
        ChecksumAlgorithm.Sha256 => 32,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };

    public static bool IsCrc(this ChecksumAlgorithm algorithm) => algorithm <= ChecksumAlgorithm.Crc64Nvme;

    public static string Name(this ChecksumType type) => type == ChecksumType.FullObject ? "FULL_OBJECT" : "COMPOSITE";

    /// <summary>
    /// Reads x-amz-checksum-algorithm or x-amz-sdk-checksum-algorithm; null when absent. Throws <see cref="StoreError.InvalidRequest"/>.
    /// </summary>
    public static ChecksumAlgorithm? Parse(string headerName, string? value)
    {
        if (value is null)
            return null;
        foreach (var algorithm in All)
        {
            if (string.Equals(value, algorithm.Name(), StringComparison.OrdinalIgnoreCase))
                return algorithm;
        }

        throw new StoreException(
            StoreError.InvalidRequest,
            headerName == "x-amz-checksum-algorithm"
                ? "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
                    + "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]"
                : $"Value for {headerName} header is invalid.");
    }

    /// <summary>Reads x-amz-checksum-type; null when absent. Throws <see cref="StoreError.InvalidRequest"/>.</summary>
    public static ChecksumType? ParseType(string? value) => value?.ToUpperInvariant() switch
    {
        null => null,
        "FULL_OBJECT" => ChecksumType.FullObject,
        "COMPOSITE" => ChecksumType.Composite,
        _ => throw new StoreException(StoreError.InvalidRequest, "Value for x-amz-checksum-type header is invalid."),
    };

    /// <summary>
    /// The checksum that x-amz-trailer promises. A form with a trailer must promise exactly one; any other none. Throws
    /// <see cref="StoreError.MalformedTrailer"/> (specs/s3.md, rule 4).
    /// </summary>
    public static ChecksumAlgorithm? ParseTrailer(string? trailerHeader, PayloadForm? form)
    {
        var expected = form is { HasTrailer: true };
        if (trailerHeader is null && !expected)
            return null;
        var name = trailerHeader.AsSpan().Trim();
        foreach (var algorithm in All)
        {
            if (expected && name.Equals(algorithm.HeaderName(), StringComparison.OrdinalIgnoreCase))
                return algorithm;
        }

        throw new StoreException(
            StoreError.MalformedTrailer,
            expected
                ? "The x-amz-trailer header must name exactly one supported x-amz-checksum-* header."
                : "The x-amz-trailer header needs a payload form with a trailer in x-amz-content-sha256.");
    }

    /// <summary>
    /// The checksum that stands in the headers; null for none. Only headers count, not query parameters of the same name (rule 5). Throws
    /// <see cref="StoreError.InvalidRequest"/> for two, for a wrong value, or when <paramref name="trailer"/> is promised too, and
    /// <see cref="StoreError.NotImplemented"/> for an algorithm that is not computed here.
    /// </summary>
    public static ChecksumValue? Find(Func<string, string?> header, ChecksumAlgorithm? trailer = null)
    {
        ChecksumValue? found = null;
        foreach (var algorithm in All)
        {
            if (header(algorithm.HeaderName()) is not { } text)
                continue;
            if (found is not null || trailer is not null)
            {
                throw new StoreException(
                    StoreError.InvalidRequest, "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
            }

            found = ChecksumValue.Parse(algorithm, text);
        }

        foreach (var name in UnsupportedHeaders)
        {
            if (header(name) is not null)
            {
                throw new StoreException(
                    StoreError.NotImplemented, $"{name} is not supported; send CRC32, CRC32C, CRC64NVME, SHA1 or SHA256.");
            }
        }

        return found;
    }

    /// <summary>Throws <see cref="StoreError.InvalidRequest"/> for a header that is named like a checksum of no known algorithm.</summary>
    public static void RefuseUnknown(IEnumerable<string> headerNames)
    {
        foreach (var name in headerNames)
        {
            if (name.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase) && !IsKnown(name))
                throw new StoreException(
                    StoreError.InvalidRequest, "The algorithm type you specified in x-amz-checksum- header is invalid.");
        }
    }

    static bool IsKnown(string headerName)
    {
        foreach (var algorithm in All)
        {
            if (headerName.Equals(algorithm.HeaderName(), StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return OtherHeaders.Contains(headerName, StringComparer.OrdinalIgnoreCase)
            || UnsupportedHeaders.Contains(headerName, StringComparer.OrdinalIgnoreCase);
    }
}
