using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;
using Holdfast.Protocol.S3.Checksums;

namespace Holdfast.Protocol.S3.Xml;

/// <summary>A part as CompleteMultipartUpload names it.</summary>
/// <param name="Number">1 to 10,000.</param>
/// <param name="ETag">Without quotes.</param>
/// <param name="Checksum">Null when none is named.</param>
public readonly record struct CompletedPart(int Number, string ETag, ChecksumValue? Checksum);

/// <summary>CompleteMultipartUpload: the parts in ascending order, at least one.</summary>
public sealed record CompleteUploadBody(IReadOnlyList<CompletedPart> Parts)
{
    public const int MaxParts = 10_000;

    /// <summary>
    /// Throws <see cref="StoreError.MalformedXml"/> (also for no part), <see cref="StoreError.InvalidArgument"/> for a number out of
    /// bounds, <see cref="StoreError.InvalidPartOrder"/>, and <see cref="StoreError.InvalidRequest"/> for a checksum that is none.
    /// </summary>
    public static CompleteUploadBody Parse(ReadOnlyMemory<byte> body)
    {
        using var xml = XmlBody.Open(body, "CompleteMultipartUpload");
        var parts = new List<CompletedPart>();
        while (xml.Child())
        {
            if (xml.Name != "Part" || parts.Count == MaxParts)
                throw XmlBody.Malformed();
            var part = ReadPart(xml);
            if (parts.Count > 0 && part.Number <= parts[^1].Number)
            {
                throw new StoreException(
                    StoreError.InvalidPartOrder, "The list of parts was not in ascending order. Parts must be ordered by part number.");
            }

            parts.Add(part);
        }

        xml.End();
        return parts.Count == 0 ? throw XmlBody.Malformed() : new CompleteUploadBody(parts);
    }

    static CompletedPart ReadPart(XmlBody xml)
    {
        long? number = null;
        string? etag = null;
        ChecksumValue? checksum = null;
        while (xml.Child())
        {
            switch (xml.Name)
            {
                case "PartNumber":
                    number = xml.Number();
                    break;
                case "ETag":
                    etag = EntityTag.Unquote(xml.Text());
                    break;
                case var name when AlgorithmOf(name) is { } algorithm:
                    checksum = checksum is null
                        ? ChecksumValue.Parse(algorithm, xml.Text().Trim())
                        : throw new StoreException(StoreError.InvalidRequest, "Expecting a single checksum for each part.");
                    break;
                default:
                    xml.Skip();
                    break;
            }
        }

        if (number is null || string.IsNullOrEmpty(etag))
            throw XmlBody.Malformed();
        if (number is < 1 or > MaxParts)
        {
            throw new StoreException(StoreError.InvalidArgument, "Part number must be an integer between 1 and 10000, inclusive")
            {
                Details = [new("ArgumentName", "partNumber"), new("ArgumentValue", $"{number}")],
            };
        }

        return new CompletedPart((int)number, etag, checksum);
    }

    static ChecksumAlgorithm? AlgorithmOf(string element) => element switch
    {
        "ChecksumCRC32" => ChecksumAlgorithm.Crc32,
        "ChecksumCRC32C" => ChecksumAlgorithm.Crc32C,
        "ChecksumCRC64NVME" => ChecksumAlgorithm.Crc64Nvme,
        "ChecksumSHA1" => ChecksumAlgorithm.Sha1,
        "ChecksumSHA256" => ChecksumAlgorithm.Sha256,
        _ => null,
    };
}
