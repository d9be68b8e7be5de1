using System.Buffers.Binary;
using System.Security.Cryptography;
using Holdfast.Protocol;

namespace Holdfast.Core.Blobs;

/// <summary>
/// The running hashes of one content. They fall into lanes, each with one expensive hash, which may run on different threads as long as
/// every lane gets all bytes in order.
/// </summary>
sealed class ContentHasher : IDisposable
{
    readonly HashKinds _kinds;
    readonly IncrementalHash? _sha256;
    readonly ResumableSha256? _running;
    readonly List<(HashKinds Kind, IncrementalHash Hash)> _others = [];
    uint _crc32;
    ulong _crc64;

    /// <param name="running">
    /// A hash that goes on over this content; one that begins with it saves the content's own.
    /// </param>
    public ContentHasher(HashKinds kinds, ResumableSha256? running = null)
    {
        (_kinds, _running) = (kinds, running);
        if (running is not { IsEmpty: true })
            _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(HashKinds.Md5, HashAlgorithmName.MD5);
        Add(HashKinds.Sha1, HashAlgorithmName.SHA1);
        Add(HashKinds.Sha512, HashAlgorithmName.SHA512);
    }

    public ChunkSums Sums { get; } = new();

    public int Lanes => 1 + _others.Count + (RunsBeside ? 1 : 0);

    bool RunsBeside => _running is not null && _sha256 is not null;

    /// <summary>
    /// The hashes of bytes that are all there: one-shot calls cost a third less than a running hash that is begun and ended.
    /// </summary>
    public static ContentHashes Of(ReadOnlySpan<byte> content, HashKinds kinds, ChunkSums sums) => new()
    {
        Sha256 = Digest.Of(content),
        Md5 = kinds.HasFlag(HashKinds.Md5) ? MD5.HashData(content) : null,
        Sha1 = kinds.HasFlag(HashKinds.Sha1) ? SHA1.HashData(content) : null,
        Sha512 = kinds.HasFlag(HashKinds.Sha512) ? SHA512.HashData(content) : null,
        Crc32 = kinds.HasFlag(HashKinds.Crc32) ? BigEndian(Protocol.Hashing.Crc32.Append(0, content)) : null,
        Crc32C = kinds.HasFlag(HashKinds.Crc32C) ? BigEndian(sums.Crc32C) : null,
        Crc64Nvme = kinds.HasFlag(HashKinds.Crc64Nvme) ? BigEndian(Protocol.Hashing.Crc64Nvme.Append(0, content)) : null,
    };

    public void Append(ReadOnlySpan<byte> content)
    {
        for (var lane = 0; lane < Lanes; lane++)
            Append(lane, content);
    }

    public void Append(int lane, ReadOnlySpan<byte> content)
    {
        if (lane > _others.Count)
        {
            _running!.Append(content);
            return;
        }

        if (lane > 0)
        {
            _others[lane - 1].Hash.AppendData(content);
            return;
        }

        if (_sha256 is null)
            _running!.Append(content);
        else
            _sha256.AppendData(content);
        Sums.Append(content);
        if (_kinds.HasFlag(HashKinds.Crc32))
            _crc32 = Protocol.Hashing.Crc32.Append(_crc32, content);
        if (_kinds.HasFlag(HashKinds.Crc64Nvme))
            _crc64 = Protocol.Hashing.Crc64Nvme.Append(_crc64, content);
    }

    /// <summary>Ends the hashes; nothing may be appended any more.</summary>
    public ContentHashes Finish()
    {
        return new ContentHashes
        {
            Sha256 = _sha256 is null ? _running!.Peek() : new Digest(_sha256.GetHashAndReset()),
            Md5 = End(HashKinds.Md5),
            Sha1 = End(HashKinds.Sha1),
            Sha512 = End(HashKinds.Sha512),
            Crc32 = _kinds.HasFlag(HashKinds.Crc32) ? BigEndian(_crc32) : null,
            Crc32C = _kinds.HasFlag(HashKinds.Crc32C) ? BigEndian(Sums.Crc32C) : null,
            Crc64Nvme = _kinds.HasFlag(HashKinds.Crc64Nvme) ? BigEndian(_crc64) : null,
        };
    }

    public void Dispose()
    {
        _sha256?.Dispose();
        foreach (var (_, hash) in _others)
            hash.Dispose();
    }

    void Add(HashKinds kind, HashAlgorithmName algorithm)
    {
        if (_kinds.HasFlag(kind))
            _others.Add((kind, IncrementalHash.CreateHash(algorithm)));
    }

    byte[]? End(HashKinds kind)
    {
        foreach (var (ours, hash) in _others)
        {
            if (ours == kind)
                return hash.GetHashAndReset();
        }

        return null;
    }

    static byte[] BigEndian(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    static byte[] BigEndian(ulong value)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }
}
