using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.S3.SigV4;

public enum PayloadKind
{
    /// <summary>The hash of the body was signed and must be checked.</summary>
    Hex,

    /// <summary>The body is not covered by the signature.</summary>
    Unsigned,

    /// <summary>aws-chunked, each chunk signed.</summary>
    StreamingSigned,

    /// <summary>aws-chunked, each chunk and the trailer signed.</summary>
    StreamingSignedTrailer,

    /// <summary>aws-chunked without signatures, with a trailing checksum.</summary>
    StreamingUnsignedTrailer,
}

/// <summary>What x-amz-content-sha256 says about the body.</summary>
/// <param name="Digest">The body's SHA-256 when the kind is <see cref="PayloadKind.Hex"/>.</param>
public readonly record struct PayloadForm(PayloadKind Kind, Digest Digest = default)
{
    public bool IsChunked => Kind >= PayloadKind.StreamingSigned;

    public bool HasTrailer => Kind is PayloadKind.StreamingSignedTrailer or PayloadKind.StreamingUnsignedTrailer;

    /// <summary>Null for an absent header; throws <see cref="StoreError.InvalidArgument"/> for a value that is none of the forms.</summary>
    public static PayloadForm? Parse(string? header) => header switch
    {
        null => null,
        SigV4Signature.UnsignedPayload => new PayloadForm(PayloadKind.Unsigned),
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => new PayloadForm(PayloadKind.StreamingSigned),
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => new PayloadForm(PayloadKind.StreamingSignedTrailer),
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => new PayloadForm(PayloadKind.StreamingUnsignedTrailer),
        _ when Digest.TryParseHex(header, out var digest) => new PayloadForm(PayloadKind.Hex, digest),
        _ => throw Invalid(header),
    };

    static StoreException Invalid(string header) => new(
        StoreError.InvalidArgument,
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, "
        + "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.")
    {
        Details = [new("ArgumentName", "x-amz-content-sha256"), new("ArgumentValue", header.Length <= 128 ? header : header[..128])],
    };
}
