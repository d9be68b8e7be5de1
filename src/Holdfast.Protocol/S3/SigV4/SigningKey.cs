using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Protocol.S3.SigV4;

/// <summary>The key of one secret, day, region and service. Thread-safe.</summary>
sealed class SigningKey
{
    readonly byte[] _key;

    /// <summary>A keyed HMAC that is free: the one-shot call sets the key up anew each time and costs twice as much.</summary>
    IncrementalHash? _spare;

    SigningKey(byte[] key) => _key = key;

    /// <summary>"Signature Calculations for the Authorization Header", task 3.</summary>
    public static SigningKey Derive(string secret, string date, string region, string service)
    {
        Span<byte> key = stackalloc byte[32];
        HMACSHA256.HashData(Encoding.UTF8.GetBytes("AWS4" + secret), Encoding.UTF8.GetBytes(date), key);
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(region), key);
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(service), key);
        var derived = new byte[32];
        HMACSHA256.HashData(key, "aws4_request"u8, derived);
        return new SigningKey(derived);
    }

    /// <summary>Writes the 64 lower-case hexadecimal digits of the signature.</summary>
    public void Sign(ReadOnlySpan<byte> text, Span<byte> signatureHex)
    {
        var hmac = Interlocked.Exchange(ref _spare, null) ?? IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        Span<byte> mac = stackalloc byte[32];
        hmac.AppendData(text);
        hmac.GetHashAndReset(mac);
        if (Interlocked.CompareExchange(ref _spare, hmac, null) is not null)
            hmac.Dispose();
        Convert.TryToHexStringLower(mac, signatureHex, out _);
    }
}
