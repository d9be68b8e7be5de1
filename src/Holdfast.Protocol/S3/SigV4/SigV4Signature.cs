using System.Security.Cryptography;
using System.Text;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;

namespace Holdfast.Protocol.S3.SigV4;

/// <summary>
/// A request's signature, ready to be compared once the payload hash is known. Without x-amz-content-sha256 that hash may be
/// UNSIGNED-PAYLOAD, the hash of no bytes, or that of the body, so it can be asked more than once. The path may be signed encoded as S3
/// does it, as SDKs do, or as it is sent, as curl does. Immutable, thread-safe.
/// </summary>
public sealed class SigV4Signature
{
    public const string UnsignedPayload = "UNSIGNED-PAYLOAD";
    public const string EmptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    readonly byte[] _canonicalPrefix;
    readonly Func<byte[]>? _asSent;
    readonly SigningKey _signingKey;

    /// <param name="asSent">Makes the prefix with the path as it was sent.</param>
    internal SigV4Signature(
        SigV4Authorization authorization, byte[] canonicalPrefix, SigningKey signingKey, Func<byte[]>? asSent = null)
    {
        Authorization = authorization;
        _canonicalPrefix = canonicalPrefix;
        _asSent = asSent;
        _signingKey = signingKey;
    }

    public SigV4Authorization Authorization { get; }

    /// <summary>Whether the request was signed with this payload hash (the text that stands in the canonical request).</summary>
    public bool Matches(string payloadHash)
    {
        Span<byte> provided = stackalloc byte[64];
        if (Authorization.Signature.Length != 64
            || !Encoding.UTF8.TryGetBytes(Authorization.Signature, provided, out var length) || length != 64)
            return false;
        return IsSignedAs(provided, _canonicalPrefix, payloadHash)
            || (_asSent?.Invoke() is { } asSent
                && !asSent.AsSpan().SequenceEqual(_canonicalPrefix)
                && IsSignedAs(provided, asSent, payloadHash));
    }

    bool IsSignedAs(ReadOnlySpan<byte> provided, byte[] canonicalPrefix, string payloadHash)
    {
        Span<byte> expected = stackalloc byte[64];
        Compute(canonicalPrefix, payloadHash, expected);
        return CryptographicOperations.FixedTimeEquals(expected, provided);
    }

    /// <summary>Throws <see cref="StoreError.SignatureMismatch"/>, with both texts that were compared, unless it matches.</summary>
    public void Require(string payloadHash)
    {
        if (!Matches(payloadHash))
            throw Mismatch(payloadHash);
    }

    /// <summary>The refusal, for a caller that tried several payload hashes.</summary>
    public StoreException Mismatch(string payloadHash) => new(
        StoreError.SignatureMismatch,
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.")
    {
        Details =
        [
            new("AWSAccessKeyId", Authorization.AccessKeyId),
            new("StringToSign", StringToSign(payloadHash)),
            new("SignatureProvided", Authorization.Signature),
            new("CanonicalRequest", Encoding.UTF8.GetString(_canonicalPrefix) + payloadHash),
        ],
    };

    /// <summary>The chain of chunk signatures that begins at this one. Use it only after <see cref="Matches"/>.</summary>
    public SigV4ChunkChain OpenChunkChain() => new(_signingKey, Authorization.Timestamp, Authorization.Scope, Authorization.Signature);

    internal void Compute(string payloadHash, Span<byte> signatureHex) => Compute(_canonicalPrefix, payloadHash, signatureHex);

    void Compute(byte[] canonicalPrefix, string payloadHash, Span<byte> signatureHex)
    {
        var text = new Utf8Scratch(stackalloc byte[512]);
        try
        {
            AppendStringToSign(ref text, canonicalPrefix, payloadHash);
            _signingKey.Sign(text.Written, signatureHex);
        }
        finally
        {
            text.Dispose();
        }
    }

    string StringToSign(string payloadHash)
    {
        var text = new Utf8Scratch(stackalloc byte[512]);
        try
        {
            AppendStringToSign(ref text, _canonicalPrefix, payloadHash);
            return Encoding.UTF8.GetString(text.Written);
        }
        finally
        {
            text.Dispose();
        }
    }

    void AppendStringToSign(ref Utf8Scratch to, byte[] canonicalPrefix, string payloadHash)
    {
        to.Append("AWS4-HMAC-SHA256\n"u8);
        to.Append(Authorization.Timestamp);
        to.Append((byte)'\n');
        to.Append(Authorization.Scope);
        to.Append((byte)'\n');

        Span<byte> hash = stackalloc byte[32];
        HashCanonicalRequest(canonicalPrefix, payloadHash, hash);
        Span<byte> hex = stackalloc byte[64];
        Convert.TryToHexStringLower(hash, hex, out _);
        to.Append(hex);
    }

    static void HashCanonicalRequest(byte[] canonicalPrefix, string payloadHash, Span<byte> hash)
    {
        var request = new Utf8Scratch(stackalloc byte[1536]);
        try
        {
            request.Append(canonicalPrefix);
            request.Append(payloadHash);
            SHA256.HashData(request.Written, hash);
        }
        finally
        {
            request.Dispose();
        }
    }
}
