using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Holdfast.Bench.Scenarios;

/// <summary>
/// A file of random bytes that can be made different at little cost, so that a store that shares equal content gains nothing.
/// </summary>
public sealed class LargeFile : IDisposable
{
    long _versions;

    LargeFile(string path) => Path = path;

    public string Path { get; }

    public static async Task<LargeFile> CreateAsync(string path, long length, CancellationToken ct)
    {
        var block = RandomNumberGenerator.GetBytes(1 << 20);
        await using var file = File.Create(path);
        for (long written = 0; written < length; written += block.Length)
        {
            BinaryPrimitives.WriteInt64LittleEndian(block, written);
            await file.WriteAsync(block, ct);
        }

        return new(path);
    }

    /// <summary>Changes the first bytes.</summary>
    public void Change()
    {
        using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.Write);
        var stamp = new byte[16];
        RandomNumberGenerator.Fill(stamp);
        BinaryPrimitives.WriteInt64LittleEndian(stamp, ++_versions);
        RandomAccess.Write(file, stamp, 0);
    }

    public void Dispose() => File.Delete(Path);
}
