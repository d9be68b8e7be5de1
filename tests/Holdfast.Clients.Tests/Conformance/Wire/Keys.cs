namespace Holdfast.Clients.Tests.Conformance.Wire;

public static class Keys
{
    /// <summary>A key as a request's path carries it: percent-encoded, slashes kept.</summary>
    public static string InPath(string key) => Uri.EscapeDataString(key).Replace("%2F", "/", StringComparison.Ordinal);

    /// <summary>A text as a query carries it.</summary>
    public static string InQuery(string text) => Uri.EscapeDataString(text);

    public static byte[] Random(int length) => System.Security.Cryptography.RandomNumberGenerator.GetBytes(length);

    /// <summary>Puts an object of one byte under each key.</summary>
    public static async Task FillAsync(this S3Wire s3, string bucket, params IEnumerable<string> keys)
    {
        foreach (var key in keys)
            (await s3.PutAsync($"{bucket}/{InPath(key)}", "x")).Ok();
    }
}
