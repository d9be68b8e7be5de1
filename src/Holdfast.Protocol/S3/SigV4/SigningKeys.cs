using System.Collections.Concurrent;

namespace Holdfast.Protocol.S3.SigV4;

/// <summary>
/// The derived signing keys in use, at most 4096: four HMACs are saved on each request of the same key, day and region. Thread-safe.
/// </summary>
sealed class SigningKeys
{
    const int MaxKeys = 4096;

    readonly ConcurrentDictionary<Name, SigningKey> _keys = new();
    int _count;

    public SigningKey Get(string accessKeyId, string secret, string date, string region, string service)
    {
        var name = new Name(accessKeyId, secret, date, region, service);
        if (_keys.TryGetValue(name, out var key))
            return key;
        key = SigningKey.Derive(secret, date, region, service);
        if (Interlocked.Increment(ref _count) > MaxKeys)
        {
            // Dropping all is rare (once a day, or a flood of made-up scopes) and costs four HMACs for each live key.
            _keys.Clear();
            Interlocked.Exchange(ref _count, 1);
        }

        _keys[name] = key;
        return key;
    }

    // The secret is part of the name, so a key that gets a new secret can never be verified with the old one.
    readonly record struct Name(string AccessKeyId, string Secret, string Date, string Region, string Service);
}
