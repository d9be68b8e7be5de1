using System.Diagnostics;
using System.Security.Cryptography;

namespace Holdfast.Bench.Machine;

/// <summary>What one core hashes from memory.</summary>
public static class HashCore
{
    /// <summary>Seconds for MD5 over <paramref name="length"/> bytes.</summary>
    public static double Md5Seconds(long length) => Seconds(HashAlgorithmName.MD5, length);

    /// <summary>Seconds for SHA-256 over <paramref name="length"/> bytes.</summary>
    public static double Sha256Seconds(long length) => Seconds(HashAlgorithmName.SHA256, length);

    static double Seconds(HashAlgorithmName algorithm, long length)
    {
        var block = RandomNumberGenerator.GetBytes(1 << 20);
        using var hash = IncrementalHash.CreateHash(algorithm);
        var began = Stopwatch.GetTimestamp();
        for (long done = 0; done < length; done += block.Length)
            hash.AppendData(block);
        hash.GetHashAndReset();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
