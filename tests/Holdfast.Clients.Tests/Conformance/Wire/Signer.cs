using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Clients.Tests.Conformance.Wire;

/// <summary>
/// AWS Signature Version 4 for S3, written for the tests from its public description: on purpose not the server's own code.
/// </summary>
public sealed class Signer(Identity identity, string region, DateTimeOffset at)
{
    public const string Unsigned = "UNSIGNED-PAYLOAD";
    public const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    readonly byte[] _key = KeyOf(identity.SecretKey, region, at);

    public string Time => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'");

    string Scope => $"{Time[..8]}/{region}/s3/aws4_request";

    /// <summary>The Authorization header and the signature in it, for these headers (names in lower case) and no others.</summary>
    public (string Authorization, string Signature) SignHeaders(
        string method, string target, SortedDictionary<string, string> headers, string payloadHash)
    {
        var signature = SignCanonical(Canonical(method, target, headers, payloadHash));
        var names = string.Join(';', headers.Keys);
        return ($"AWS4-HMAC-SHA256 Credential={identity.AccessKey}/{Scope}, SignedHeaders={names}, Signature={signature}", signature);
    }

    /// <summary>The target with the six X-Amz-… parameters added.</summary>
    public string Presign(string method, string target, SortedDictionary<string, string> headers, string expires)
    {
        var names = string.Join("%3B", headers.Keys);
        var credential = Uri.EscapeDataString($"{identity.AccessKey}/{Scope}");
        var signed = $"{target}{(target.Contains('?') ? '&' : '?')}X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}"
            + $"&X-Amz-Date={Time}&X-Amz-Expires={expires}&X-Amz-SignedHeaders={names}";
        return $"{signed}&X-Amz-Signature={SignCanonical(Canonical(method, signed, headers, Unsigned))}";
    }

    /// <summary>The signature of one chunk, which covers the one before it.</summary>
    public string SignChunk(string previous, ReadOnlySpan<byte> chunk) =>
        Sign($"AWS4-HMAC-SHA256-PAYLOAD\n{Time}\n{Scope}\n{previous}\n{EmptyHash}\n{HashOf(chunk)}");

    /// <summary>The signature of the trailer, given as “name:value\n”.</summary>
    public string SignTrailer(string previous, string trailer) =>
        Sign($"AWS4-HMAC-SHA256-TRAILER\n{Time}\n{Scope}\n{previous}\n{HashOf(Encoding.UTF8.GetBytes(trailer))}");

    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    string SignCanonical(string canonical) => Sign($"AWS4-HMAC-SHA256\n{Time}\n{Scope}\n{HashOf(Encoding.UTF8.GetBytes(canonical))}");

    string Sign(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)));

    static string Canonical(string method, string target, SortedDictionary<string, string> headers, string payloadHash)
    {
        var cut = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = cut < 0 ? (target, "") : (target[..cut], target[(cut + 1)..]);
        var pairs = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Contains('=') ? pair : pair + "=")
            .OrderBy(pair => pair[..pair.IndexOf('=')], StringComparer.Ordinal).ThenBy(pair => pair, StringComparer.Ordinal);
        var lines = string.Concat(headers.Select(header => $"{header.Key}:{header.Value.Trim()}\n"));
        return $"{method}\n{path}\n{string.Join('&', pairs)}\n{lines}\n{string.Join(';', headers.Keys)}\n{payloadHash}";
    }

    static byte[] KeyOf(string secret, string region, DateTimeOffset at)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in (string[])[at.UtcDateTime.ToString("yyyyMMdd"), region, "s3", "aws4_request"])
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return key;
    }
}
