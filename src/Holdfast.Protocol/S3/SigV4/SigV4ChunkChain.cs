using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Protocol.S3.SigV4;

/// <summary>
/// The signatures of aws-chunked chunks, each covering the one before it, the first the request's own ("Signature Calculations:
/// Transferring Payload in Multiple Chunks"). Not thread-safe.
/// </summary>
public sealed class SigV4ChunkChain
{
    public const int SignatureLength = 64;
    const string EmptyHash = SigV4Signature.EmptyPayload;

    readonly SigningKey _signingKey;
    readonly byte[] _chunkText;
    readonly byte[] _trailerText;
    readonly int _chunkPrevious;
    readonly int _trailerPrevious;
    readonly byte[] _last = new byte[SignatureLength];

    internal SigV4ChunkChain(SigningKey signingKey, string timestamp, string scope, string seed)
    {
        _signingKey = signingKey;
        Encoding.ASCII.GetBytes(seed, _last);
        var blank = new string(' ', SignatureLength);
        var chunk = $"AWS4-HMAC-SHA256-PAYLOAD\n{timestamp}\n{scope}\n";
        _chunkPrevious = chunk.Length;
        _chunkText = Encoding.ASCII.GetBytes($"{chunk}{blank}\n{EmptyHash}\n{blank}");
        var trailer = $"AWS4-HMAC-SHA256-TRAILER\n{timestamp}\n{scope}\n";
        _trailerPrevious = trailer.Length;
        _trailerText = Encoding.ASCII.GetBytes($"{trailer}{blank}\n{blank}");
    }

    /// <summary>Writes the 64 hexadecimal digits that sign a chunk with this SHA-256, and goes on to the next.</summary>
    public void SignChunk(ReadOnlySpan<byte> sha256, Span<byte> signature) => Sign(_chunkText, _chunkPrevious, sha256, signature);

    /// <summary>The same for the trailer: its text is "name:value" and a line feed for each header.</summary>
    public void SignTrailer(ReadOnlySpan<byte> sha256, Span<byte> signature) => Sign(_trailerText, _trailerPrevious, sha256, signature);

    /// <summary>Whether this is the chunk's signature; goes on to the next either way.</summary>
    public bool VerifyChunk(ReadOnlySpan<byte> sha256, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[SignatureLength];
        SignChunk(sha256, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }

    public bool VerifyTrailer(ReadOnlySpan<byte> sha256, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[SignatureLength];
        SignTrailer(sha256, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }

    void Sign(byte[] text, int previous, ReadOnlySpan<byte> sha256, Span<byte> signature)
    {
        _last.CopyTo(text.AsSpan(previous));
        Convert.TryToHexStringLower(sha256, text.AsSpan(text.Length - SignatureLength), out _);
        _signingKey.Sign(text, _last);
        _last.CopyTo(signature);
    }
}
