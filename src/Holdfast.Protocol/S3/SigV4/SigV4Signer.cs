using System.Text;
using Holdfast.Protocol.Http;

namespace Holdfast.Protocol.S3.SigV4;

/// <summary>Signs requests with AWS Signature Version 4, by header or as a presigned URL. Thread-safe.</summary>
public sealed class SigV4Signer(string accessKeyId, string secret, string region, string service = "s3", string? sessionToken = null)
{
    readonly SigningKeys _keys = new();

    /// <summary>
    /// Adds x-amz-date, x-amz-content-sha256 (unless <paramref name="announcePayload"/> is false), x-amz-security-token and authorization
    /// to the headers, which must hold host and whatever else is sent as x-amz-…. The answer opens the chain of chunk signatures.
    /// </summary>
    /// <param name="rawPath">Percent-encoded, as it will be sent.</param>
    /// <param name="rawQuery">As it will be sent, without "?".</param>
    /// <param name="payloadHash">64 hexadecimal digits, UNSIGNED-PAYLOAD, or one of the STREAMING-… forms.</param>
    public SigV4Signature Sign(
        string method,
        string rawPath,
        string rawQuery,
        IDictionary<string, string> headers,
        string payloadHash,
        DateTimeOffset now,
        bool announcePayload = true)
    {
        headers["x-amz-date"] = SigV4Time.Timestamp(now);
        if (announcePayload)
            headers["x-amz-content-sha256"] = payloadHash;
        if (sessionToken is not null)
            headers["x-amz-security-token"] = sessionToken;
        var signable = Signable(headers);
        var authorization = Describe([.. signable.Keys], now, expires: null);
        var (signature, signed) = Compute(authorization, method, rawPath, RequestQuery.Parse(rawQuery), signable, payloadHash);
        headers["authorization"] =
            $"{SigV4Authorization.Algorithm} Credential={accessKeyId}/{signed.Scope},"
            + $"SignedHeaders={string.Join(';', signed.SignedHeaders)},Signature={signature}";
        return new SigV4Signature(signed, [], Key(signed));
    }

    /// <summary>
    /// Answers the query, without "?", of a presigned request; the headers given, host among them, must be sent as they are.
    /// </summary>
    public string Presign(
        string method,
        string rawPath,
        string rawQuery,
        IDictionary<string, string> headers,
        TimeSpan expires,
        DateTimeOffset now,
        string payloadHash = SigV4Signature.UnsignedPayload)
    {
        var signable = Signable(headers);
        var authorization = Describe([.. signable.Keys], now, expires);
        var query = new StringBuilder(rawQuery);
        if (query.Length > 0)
            query.Append('&');
        query.Append("X-Amz-Algorithm=").Append(SigV4Authorization.Algorithm)
            .Append("&X-Amz-Credential=").Append(UriCoding.Encode($"{accessKeyId}/{authorization.Scope}"))
            .Append("&X-Amz-Date=").Append(authorization.Timestamp)
            .Append("&X-Amz-Expires=").Append((long)expires.TotalSeconds)
            .Append("&X-Amz-SignedHeaders=").Append(UriCoding.Encode(string.Join(';', authorization.SignedHeaders)));
        if (sessionToken is not null)
            query.Append("&X-Amz-Security-Token=").Append(UriCoding.Encode(sessionToken));
        var (signature, _) = Compute(authorization, method, rawPath, RequestQuery.Parse(query.ToString()), signable, payloadHash);
        return query.Append("&X-Amz-Signature=").Append(signature).ToString();
    }

    (string Signature, SigV4Authorization Signed) Compute(
        SigV4Authorization authorization,
        string method,
        string rawPath,
        RequestQuery query,
        SortedDictionary<string, string> headers,
        string payloadHash)
    {
        var request = new SigV4Request(method, rawPath, query, headers.GetValueOrDefault, headers.Keys);
        var prefix = CanonicalRequest.Prefix(request, authorization.SignedHeaders);
        Span<byte> hex = stackalloc byte[SigV4ChunkChain.SignatureLength];
        new SigV4Signature(authorization, prefix, Key(authorization)).Compute(payloadHash, hex);
        var signature = Encoding.ASCII.GetString(hex);
        return (signature, Describe(authorization.SignedHeaders, authorization.SignedAt, authorization.Expires, signature));
    }

    SigningKey Key(SigV4Authorization authorization) => _keys.Get(accessKeyId, secret, authorization.Date, region, service);

    SigV4Authorization Describe(string[] signedHeaders, DateTimeOffset now, TimeSpan? expires, string signature = "")
    {
        var timestamp = SigV4Time.Timestamp(now);
        return new SigV4Authorization
        {
            AccessKeyId = accessKeyId,
            Date = timestamp[..8],
            Region = region,
            Service = service,
            SignedHeaders = signedHeaders,
            Signature = signature,
            Timestamp = timestamp,
            SignedAt = now,
            Expires = expires,
            SecurityToken = sessionToken,
        };
    }

    /// <summary>What must be signed, and what proxies leave alone: the rest may change on the way.</summary>
    static SortedDictionary<string, string> Signable(IDictionary<string, string> headers)
    {
        var signable = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in headers)
        {
            var lower = name.ToLowerInvariant();
            if (lower is "host" or "content-type" or "content-md5" || lower.StartsWith("x-amz-", StringComparison.Ordinal))
                signable[lower] = value;
        }

        return signable;
    }
}
