using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Protocol.S3.SigV4;

/// <summary>
/// The derived signing keys in use, at most 4096: four HMACs are saved on each request of the same key, day and region. Thread-safe.
/// </summary>
sealed class SigningKeys
{
    const int MaxKeys = 4096;

    readonly ConcurrentDictionary<Name, byte[]> _keys = new();
    int _count;

    public byte[] Get(string accessKeyId, string secret, string date, string region, string service)
    {
        var name = new Name(accessKeyId, secret, date, region, service);
        if (_keys.TryGetValue(name, out var key))
            return key;
        key = Derive(secret, date, region, service);
        if (Interlocked.Increment(ref _count) > MaxKeys)
        {
            // Dropping all is rare (once a day, or a flood of made-up scopes) and costs four HMACs for each live key.
            _keys.Clear();
            Interlocked.Exchange(ref _count, 1);
        }

        _keys[name] = key;
        return key;
    }

    public static byte[] Derive(string secret, string date, string region, string service)
    {
        Span<byte> key = stackalloc byte[32];
        HMACSHA256.HashData(Encoding.UTF8.GetBytes("AWS4" + secret), Encoding.UTF8.GetBytes(date), key);
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(region), key);
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(service), key);
        var derived = new byte[32];
        HMACSHA256.HashData(key, "aws4_request"u8, derived);
        return derived;
    }

    // The secret is part of the name, so a key that gets a new secret can never be verified with the old one.
    readonly record struct Name(string AccessKeyId, string Secret, string Date, string Region, string Service);
}
