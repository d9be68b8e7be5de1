using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Holdfast.Core.Blobs;
using Holdfast.Core.Objects;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3;
using Holdfast.Protocol.S3.Checksums;
using Holdfast.Protocol.S3.Chunked;
using Holdfast.Protocol.S3.SigV4;

namespace Holdfast.Server.S3;

/// <summary>
/// A request's body as its headers describe it: how many bytes, which checksums they must have, and how they are framed.
/// </summary>
sealed class S3Body
{
    // The largest documents (CompleteMultipartUpload with 10,000 parts, Delete with 1000 keys of 1 KiB) stay below this.
    const int MaxXmlBytes = 4 << 20;

    const string SdkAlgorithm = "x-amz-sdk-checksum-algorithm";

    readonly S3Call _call;
    readonly ChecksumValue? _declared;
    readonly ChecksumAlgorithm? _trailer;
    readonly byte[]? _md5;
    readonly long _maxBytes;
    Func<string?> _trailerValue = () => null;

    S3Body(S3Call call, long maxBytes, bool sumsAreOfBody = true)
    {
        _call = call;
        _maxBytes = maxBytes;
        Length = DecodedLength(call);
        if (Length > maxBytes)
            throw TooLarge(Length, maxBytes);
        _md5 = ContentMd5.Parse(call.Header("Content-MD5"));
        _trailer = ChecksumAlgorithms.ParseTrailer(call.Header("x-amz-trailer"), call.Payload.Form);
        if (!sumsAreOfBody)
            return;
        ChecksumAlgorithms.RefuseUnknown(call.Http.Request.Headers.Keys);
        _declared = ChecksumAlgorithms.Find(call.Header, _trailer);
        Algorithm = _declared?.Algorithm ?? _trailer;
        RequirePromised(call.Header(SdkAlgorithm), Algorithm);
    }

    /// <summary>Bytes of content, without chunk framing.</summary>
    public long Length { get; }

    /// <summary>The checksum the client sends, by header or trailer; null when it sends none.</summary>
    public ChecksumAlgorithm? Algorithm { get; }

    /// <summary>
    /// Reads the headers. Throws LengthRequired, EntityTooLarge, InvalidDigest, InvalidRequest or MalformedTrailer; reads no byte.
    /// </summary>
    public static S3Body Describe(S3Call call, long maxBytes) => new(call, maxBytes);

    /// <summary>Receives and verifies everything that is known before the body ends. The caller disposes what it gets.</summary>
    public ValueTask<Received> ReceiveAsync(S3Call call, HashKinds hashes)
    {
        if (Algorithm is { } algorithm)
            hashes |= algorithm.HashKind();
        var form = call.Payload.Form;
        return call.Store.Ingest.ReceiveAsync(
            Open(),
            new IngestRequest
            {
                Hashes = hashes,
                Length = Length,
                MaxBytes = _maxBytes,
                Sha256 = form.Kind == PayloadKind.Hex ? form.Digest : null,
                Md5 = _md5 is null ? (ReadOnlyMemory<byte>?)null : _md5,
            },
            call.Aborted);
    }

    /// <summary>
    /// Checks what only the end of the body tells: a postponed signature, and the checksum of header or trailer. Gives the checksum to
    /// keep. Throws SignatureMismatch or ContentDigestMismatch.
    /// </summary>
    public ChecksumValue? VerifiedChecksum(Received received)
    {
        if (_call.Payload is { IsPostponed: true, Signature: { } signature })
            signature.Require(received.Digest.Hex);
        if (Algorithm is not { } algorithm)
            return null;
        var actual = new ChecksumValue(algorithm, received.Hashes.Of(algorithm));
        RequireSame(Wanted(algorithm), actual);
        return actual;
    }

    static void RequirePromised(string? header, ChecksumAlgorithm? sent)
    {
        if (ChecksumAlgorithms.Parse(SdkAlgorithm, header) is not { } promised || promised == sent)
            return;
        throw new StoreException(
            StoreError.InvalidRequest,
            sent is null
                ? $"{SdkAlgorithm} specified ({promised.Name()}), but no corresponding x-amz-checksum-* or x-amz-trailer "
                    + "headers were found."
                : $"Value for {SdkAlgorithm} header is invalid.");
    }

    ChecksumValue Wanted(ChecksumAlgorithm algorithm) => _declared
        ?? ChecksumValue.Parse(algorithm, _trailerValue() ?? throw NoTrailer(), inTrailer: true);

    static void RequireSame(ChecksumValue wanted, ChecksumValue actual)
    {
        if (wanted == actual)
            return;
        throw new StoreException(
            StoreError.ContentDigestMismatch, $"The {actual.Algorithm.Name()} you specified did not match the calculated checksum.")
        {
            Details = [new("ExpectedChecksum", wanted.ToString()), new("CalculatedChecksum", actual.ToString())],
        };
    }

    PipeReader Open()
    {
        var body = _call.Http.Request.BodyReader;
        var payload = _call.Payload;
        if (!payload.Form.IsChunked)
            return body;
        var chain = payload.Form.Kind == PayloadKind.StreamingUnsignedTrailer ? null : payload.Signature?.OpenChunkChain();
        if (chain is null && payload.Form.Kind != PayloadKind.StreamingUnsignedTrailer)
            throw new StoreException(StoreError.InvalidRequest, "a body of signed chunks needs a signed request");
        var chunked = new AwsChunkedReader(body, new ChunkedFraming(Length, chain, _trailer?.HeaderName()));
        _call.Http.Response.RegisterForDispose(chunked);
        _trailerValue = () => chunked.Trailer?.Value;
        return chunked;
    }

    // specs: s3, rule 23.
    static long DecodedLength(S3Call call)
    {
        if (call.Payload.Form.IsChunked)
        {
            return long.TryParse(call.Header("x-amz-decoded-content-length") ?? throw NoLength(), out var decoded) && decoded >= 0
                ? decoded
                : throw new StoreException(StoreError.InvalidArgument, "x-amz-decoded-content-length must be a number of bytes");
        }
        return call.Http.Request.ContentLength
            ?? (HasBody(call.Http) ? throw NoLength() : HttpMethods.IsPut(call.Http.Request.Method) ? throw NoLength() : 0);
    }

    static bool HasBody(HttpContext http) => http.Request.Headers.TransferEncoding.Count > 0;

    /// <summary>
    /// The whole body of an XML operation, verified by whatever the client sent to verify it; empty when there is none. With
    /// <paramref name="requiresIntegrity"/> one of Content-MD5 and the checksums must be there. Without <paramref name="sumsAreOfBody"/>
    /// the x-amz-checksum-… headers speak of something else (CompleteMultipartUpload: of the object).
    /// </summary>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadXmlAsync(S3Call call, bool requiresIntegrity = false, bool sumsAreOfBody = true)
    {
        if (call.Http.Request.ContentLength is null or 0 && !HasBody(call.Http))
            return ReadOnlyMemory<byte>.Empty;
        var body = new S3Body(call, MaxXmlBytes, sumsAreOfBody);
        if (requiresIntegrity && body._md5 is null && body.Algorithm is null)
            throw new StoreException(
                StoreError.ChecksumHeaderMissing, "Missing required header for this request: Content-MD5 or x-amz-checksum-*");
        var bytes = await body.ReadAllAsync(call.Aborted);
        body.Verify(bytes);
        return bytes;
    }

    async ValueTask<byte[]> ReadAllAsync(CancellationToken ct)
    {
        var reader = Open();
        var bytes = new byte[Length];
        var filled = 0;
        while (true)
        {
            var result = await reader.ReadAsync(ct);
            if (result.Buffer.Length > Length - filled)
                throw new StoreException(StoreError.IncompleteBody, $"the body is longer than the {Length} bytes announced");
            result.Buffer.CopyTo(bytes.AsSpan(filled));
            filled += (int)result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
            if (!result.IsCompleted)
                continue;
            return filled == Length
                ? bytes
                : throw new StoreException(StoreError.IncompleteBody, $"the body ended after {filled} of {Length} bytes");
        }
    }

    void Verify(byte[] bytes)
    {
        if (_md5 is not null && !MD5.HashData(bytes).AsSpan().SequenceEqual(_md5))
            throw new StoreException(StoreError.ContentDigestMismatch, "The Content-MD5 you specified did not match what we received.");
        var form = _call.Payload.Form;
        if (form.Kind == PayloadKind.Hex && Digest.Of(bytes) != form.Digest)
            throw new StoreException(
                StoreError.ContentSha256Mismatch, "The provided 'x-amz-content-sha256' header does not match what was computed.");
        if (_call.Payload is { IsPostponed: true, Signature: { } signature })
            signature.Require(Digest.Of(bytes).Hex);
        if (Algorithm is not { } algorithm)
            return;
        RequireSame(Wanted(algorithm), new ChecksumValue(algorithm, ChecksumHashes.Compute(algorithm, bytes)));
    }

    static StoreException NoLength() => new(StoreError.LengthRequired, "You must provide the Content-Length HTTP header.");

    static StoreException NoTrailer() => new(
        StoreError.MalformedTrailer,
        "The request contained trailing data that was not well-formed or did not conform to our published schema.");

    static StoreException TooLarge(long length, long maxBytes) => new(
        StoreError.EntityTooLarge,
        $"Your proposed upload of {length} bytes exceeds the maximum allowed size of {maxBytes} bytes")
    {
        Details = [new("ProposedSize", $"{length}"), new("MaxSizeAllowed", $"{maxBytes}")],
    };
}
