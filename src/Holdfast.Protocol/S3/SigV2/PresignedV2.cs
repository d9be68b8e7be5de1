using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;

namespace Holdfast.Protocol.S3.SigV2;

/// <summary>
/// A presigned URL of signature version 2 (S3 user guide, "Signing and authenticating REST requests", query string authentication): what
/// boto3 makes when nothing is configured. Only this form of version 2 is taken.
/// </summary>
public sealed record PresignedV2(string AccessKeyId, string Signature, string Expires, DateTimeOffset ExpiresAt)
{
    // The parameters that are part of the resource that is signed; others are not covered.
    static readonly FrozenSet<string> Covered = FrozenSet.Create(
        StringComparer.Ordinal,
        "accelerate", "acl", "analytics", "cors", "defaultObjectAcl", "delete", "inventory", "lifecycle", "location", "logging", "metrics",
        "notification", "partNumber", "policy", "replication", "requestPayment", "response-cache-control", "response-content-disposition",
        "response-content-encoding", "response-content-language", "response-content-type", "response-expires", "restore", "tagging",
        "torrent", "uploadId", "uploads", "versionId", "versioning", "versions", "website", "legal-hold", "object-lock", "retention",
        "select", "select-type", "storageClass", "websiteConfig", "x-oss-process");

    /// <summary>
    /// Null when the query carries no version 2 signature. Throws AccessDenied when a part of it is missing or no number.
    /// </summary>
    public static PresignedV2? Find(RequestQuery query)
    {
        if (query.Find("AWSAccessKeyId") is not { } key)
            return null;
        if (query.Find("Signature") is not { } signature || query.Find("Expires") is not { } expires)
        {
            throw new StoreException(
                StoreError.AccessDenied,
                "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters");
        }
        return long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 253_402_300_799
            ? new PresignedV2(key, signature, expires, DateTimeOffset.FromUnixTimeSeconds(seconds))
            : throw new StoreException(StoreError.AccessDenied, $"Invalid date (should be seconds since epoch): {expires}");
    }

    /// <summary>
    /// Throws RequestExpired or SignatureMismatch. <paramref name="resource"/> is the path as sent, with <c>/BUCKET</c> before it when the
    /// bucket stands in the host's name.
    /// </summary>
    public void Verify(
        string method,
        string resource,
        RequestQuery query,
        Func<string, string?> header,
        IEnumerable<string> headerNames,
        string secret,
        DateTimeOffset now)
    {
        if (now >= ExpiresAt)
            throw new StoreException(StoreError.RequestExpired, "Request has expired") { Details = [new("Expires", Expires)] };
        var text = StringToSign(method, resource, query, header, headerNames);
        var expected = Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
        if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(Signature)))
            return;
        throw new StoreException(
            StoreError.SignatureMismatch,
            "The request signature we calculated does not match the signature you provided. Check your key and signing method.")
        {
            Details = [new("AWSAccessKeyId", AccessKeyId), new("StringToSign", text), new("SignatureProvided", Signature)],
        };
    }

    string StringToSign(string method, string resource, RequestQuery query, Func<string, string?> header, IEnumerable<string> headerNames)
    {
        var text = new StringBuilder();
        text.Append(method).Append('\n').Append(Value("content-md5")).Append('\n').Append(Value("content-type")).Append('\n')
            .Append(Expires).Append('\n');
        foreach (var name in AmzNames(query, headerNames))
            text.Append(name).Append(':').Append(Value(name)?.Trim()).Append('\n');
        text.Append(resource);
        AppendCovered(text, query);
        return text.ToString();

        // botocore moves the headers that it signs into the query; a client may send them as headers all the same.
        string? Value(string name) => header(name) ?? query.Find(name);
    }

    static SortedSet<string> AmzNames(RequestQuery query, IEnumerable<string> headerNames)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in headerNames)
        {
            if (name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase))
                names.Add(name.ToLowerInvariant());
        }
        foreach (var (name, _) in query.Parameters)
        {
            if (name.StartsWith("x-amz-", StringComparison.Ordinal))
                names.Add(name);
        }
        return names;
    }

    static void AppendCovered(StringBuilder text, RequestQuery query)
    {
        var covered = new List<KeyValuePair<string, string>>();
        foreach (var parameter in query.Parameters)
        {
            if (Covered.Contains(parameter.Key))
                covered.Add(parameter);
        }
        covered.Sort((left, right) => string.CompareOrdinal(left.Key, right.Key));
        for (var at = 0; at < covered.Count; at++)
        {
            text.Append(at == 0 ? '?' : '&').Append(covered[at].Key);
            if (covered[at].Value.Length > 0)
                text.Append('=').Append(covered[at].Value);
        }
    }
}
