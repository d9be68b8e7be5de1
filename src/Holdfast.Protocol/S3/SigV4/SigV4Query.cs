using System.Globalization;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;

namespace Holdfast.Protocol.S3.SigV4;

/// <summary>The presigned form: the X-Amz-… parameters of the query.</summary>
public static class SigV4Query
{
    public const int MaxExpiresSeconds = 604_800;

    /// <summary>
    /// Throws <see cref="StoreError.AuthorizationQueryMalformed"/>, and <see cref="StoreError.SignatureVersionUnsupported"/> for SigV4A.
    /// </summary>
    public static SigV4Authorization Parse(RequestQuery query)
    {
        var algorithm = query.Find("X-Amz-Algorithm");
        if (algorithm is "AWS4-ECDSA-P256-SHA256")
            throw SigV4Authorization.VersionUnsupported();
        var credentialText = query.Find("X-Amz-Credential");
        var date = query.Find("X-Amz-Date");
        var expires = query.Find("X-Amz-Expires");
        var signedHeaders = query.Find("X-Amz-SignedHeaders");
        var signature = query.Find("X-Amz-Signature");
        if (algorithm is null || credentialText is null || date is null || expires is null || signedHeaders is null
            || string.IsNullOrEmpty(signature))
        {
            throw Malformed(
                "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, "
                + "X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
        }

        if (algorithm is not SigV4Authorization.Algorithm)
            throw Malformed("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
        if (!SigV4Credential.TryParse(credentialText, out var credential))
        {
            throw Malformed(
                $"Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting \"{SigV4Credential.Expected}\".");
        }

        if (!SigV4Time.TryParse(date, out var signedAt))
            throw Malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");

        return new SigV4Authorization
        {
            AccessKeyId = credential.AccessKeyId,
            Date = credential.Date,
            Region = credential.Region,
            Service = credential.Service,
            SignedHeaders = SignedHeaderNames.Parse(signedHeaders)
                ?? throw Malformed("X-Amz-SignedHeaders names no header, or an empty one."),
            Signature = signature,
            Timestamp = date,
            SignedAt = signedAt,
            Expires = ParseExpires(expires),
            SecurityToken = query.Find("X-Amz-Security-Token"),
        };
    }

    internal static StoreException Malformed(string message) => new(StoreError.AuthorizationQueryMalformed, message);

    static TimeSpan ParseExpires(string text)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
            throw Malformed("X-Amz-Expires should be a number");
        if (seconds < 0)
            throw Malformed("X-Amz-Expires must be non-negative");
        if (seconds > MaxExpiresSeconds)
        {
            throw Malformed(
                "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds");
        }

        return TimeSpan.FromSeconds(seconds);
    }
}
