using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Holdfast.TestKit.Durability;

/// <summary>
/// What bytes each ETag stands for, remembered before they are sent, so that no other bytes are ever taken for them. Thread safe.
/// </summary>
public sealed class KnownContents
{
    readonly ConcurrentDictionary<string, (long Size, string Sha256)> _byETag = new();

    /// <summary>Remembers the content of a single PUT and answers its ETag.</summary>
    public string Add(ReadOnlySpan<byte> content) => Add(HexOf(MD5.HashData(content)), content);

    /// <summary>Remembers the content of a multipart upload and answers its ETag.</summary>
    public string Add(params byte[][] parts)
    {
        var md5s = parts.SelectMany(part => MD5.HashData(part)).ToArray();
        return Add($"{HexOf(MD5.HashData(md5s))}-{parts.Length}", [.. parts.SelectMany(part => part)]);
    }

    /// <summary>Why these bytes are not what the ETag stands for; null when they are.</summary>
    public string? FindDifference(string? etag, byte[] content)
    {
        if (etag is null || !_byETag.TryGetValue(etag, out var known))
            return $"the ETag {etag} was never written";
        return known.Size == content.Length && known.Sha256 == HexOf(SHA256.HashData(content))
            ? null
            : $"the object with the ETag {etag} has {known.Size} bytes with SHA-256 {known.Sha256}, but {content.Length} others came";
    }

    public long SizeOf(string etag) => _byETag[etag].Size;

    string Add(string etag, ReadOnlySpan<byte> content)
    {
        _byETag[etag] = (content.Length, HexOf(SHA256.HashData(content)));
        return etag;
    }

    static string HexOf(byte[] hash) => Convert.ToHexStringLower(hash);
}
