using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;

namespace Holdfast.Protocol.S3.SigV4;

/// <summary>The Authorization header: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…; the spaces are optional.</summary>
public static class SigV4Header
{
    /// <summary>
    /// Throws <see cref="StoreError.AuthorizationHeaderMalformed"/>, and <see cref="StoreError.CredentialsMissing"/> when neither
    /// x-amz-date nor Date holds a time.
    /// </summary>
    public static SigV4Authorization Parse(string authorization, Func<string, string?> header)
    {
        string? credentialText = null, signedHeaders = null, signature = null;
        var rest = authorization.AsSpan(SigV4Authorization.Algorithm.Length);
        foreach (var range in rest.Split(','))
        {
            var piece = rest[range].Trim();
            if (piece.IsEmpty)
                continue;
            var equals = piece.IndexOf('=');
            var name = equals < 0 ? piece : piece[..equals];
            ref var slot = ref credentialText;
            if (name is "SignedHeaders")
                slot = ref signedHeaders;
            else if (name is "Signature")
                slot = ref signature;
            else if (name is not "Credential")
                throw Malformed($"unexpected component '{Shorten(name)}'.");
            if (equals < 0 || slot is not null)
                throw Malformed($"the component {name} stands without a value or twice.");
            slot = piece[(equals + 1)..].ToString();
        }

        if (credentialText is null)
            throw Malformed("missing Credential.");
        if (signedHeaders is null)
            throw Malformed("missing SignedHeaders.");
        if (string.IsNullOrEmpty(signature))
            throw Malformed("missing Signature.");
        if (!SigV4Credential.TryParse(credentialText, out var credential))
            throw Malformed($"the Credential is mal-formed; expecting \"{SigV4Credential.Expected}\".");

        var (timestamp, signedAt) = Time(header);
        return new SigV4Authorization
        {
            AccessKeyId = credential.AccessKeyId,
            Date = credential.Date,
            Region = credential.Region,
            Service = credential.Service,
            SignedHeaders = SignedHeaderNames.Parse(signedHeaders) ?? throw Malformed("SignedHeaders names no header, or an empty one."),
            Signature = signature,
            Timestamp = timestamp,
            SignedAt = signedAt,
            SecurityToken = header("x-amz-security-token"),
        };
    }

    internal static StoreException Malformed(string what) =>
        new(StoreError.AuthorizationHeaderMalformed, $"The authorization header is malformed; {what}");

    /// <summary>x-amz-date goes before Date; both may be ISO 8601 basic or one of the forms of HTTP.</summary>
    static (string Timestamp, DateTimeOffset Time) Time(Func<string, string?> header)
    {
        var text = header("x-amz-date");
        if (string.IsNullOrEmpty(text))
            text = header("date");
        if (text is not null && SigV4Time.TryParse(text, out var time))
            return (text, time);
        if (HttpDate.TryParse(text, out time))
            return (SigV4Time.Timestamp(time), time);
        throw new StoreException(StoreError.CredentialsMissing, "AWS authentication requires a valid Date or x-amz-date header");
    }

    static string Shorten(ReadOnlySpan<char> text) => text.Length <= 64 ? text.ToString() : string.Concat(text[..64], "…");
}
