using System.Security.Cryptography;

namespace Holdfast.Clients.Tests.Running;

/// <summary>Names the tests use: fresh bucket names, and file names that servers and clients are known to trip over.</summary>
public static class Names
{
    /// <summary>A bucket name no other test or run uses.</summary>
    public static string Bucket(string prefix = "hf") => $"{prefix}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";

    /// <summary>File names every client here can carry unharmed.</summary>
    public static readonly string[] Odd =
    [
        "plain.txt", "with space.txt", "two  spaces", " leading space", "plus+plus++", "percent%41.txt", "100%", "%2F%25",
        "ünïcödé/日本語 файл.txt", "emoji-🚀.bin", "nai\u0308ve-decomposed", "quote'single", "amp&ersand=equals",
        "semi;colon,comma", "hash#tag", "question?mark", "at@sign", "(paren)[bracket]{brace}", "tilde~", "dollar$", "excl!",
        "colon:time", "pipe|bar", "less<greater>", "caret^tick`",
        "deep/a/b/c/d.txt", "deep/a/b.c/d.txt", "deep/a/b-", "dots/...", ".hidden", "a-b", "a.b/c", "A/upper",
    ];
}
