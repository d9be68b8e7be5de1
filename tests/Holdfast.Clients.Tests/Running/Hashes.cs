using System.Security.Cryptography;

namespace Holdfast.Clients.Tests.Running;

/// <summary>How the tests compare bytes: by SHA-256, so that a difference reads as one line.</summary>
public static class Hashes
{
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static string OfFile(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Every file below <paramref name="folder"/>: its path from there and its hash.</summary>
    public static SortedDictionary<string, string> OfTree(string folder)
    {
        SortedDictionary<string, string> hashes = new(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            hashes.Add(Path.GetRelativePath(folder, path), OfFile(path));
        return hashes;
    }

    public static void AssertSameFile(string expected, string actual)
    {
        Assert.True(File.Exists(actual), $"{actual} was not written.");
        Assert.Equal(OfFile(expected), OfFile(actual));
    }

    public static void AssertSameTree(string expected, string actual) => Assert.Equal(OfTree(expected), OfTree(actual));
}
