using Holdfast.Protocol.Errors;

namespace Holdfast.Protocol.S3.SigV4;

/// <summary>
/// Verifies AWS Signature Version 4. Does no I/O and reads no clock; the only state is the bounded cache of derived keys. Thread-safe.
/// </summary>
/// <param name="region">The region that signatures must name; null takes any.</param>
/// <param name="service">The service that signatures must name.</param>
public sealed class SigV4Verifier(string? region, string service = "s3")
{
    public static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(15);

    readonly SigningKeys _keys = new();

    /// <summary>
    /// What can be refused before the access key is looked up: region, service, clock and age. Throws
    /// <see cref="StoreError.AuthorizationHeaderMalformed"/> or <see cref="StoreError.AuthorizationQueryMalformed"/> with the detail
    /// Region, <see cref="StoreError.RequestTimeSkewed"/>, <see cref="StoreError.RequestExpired"/>,
    /// <see cref="StoreError.SignatureMismatch"/>.
    /// </summary>
    public void Check(SigV4Authorization authorization, DateTimeOffset now)
    {
        if (region is not null && !string.Equals(region, authorization.Region, StringComparison.Ordinal))
            throw WrongScope(authorization, "region", authorization.Region, region);
        if (!string.Equals(service, authorization.Service, StringComparison.Ordinal))
            throw WrongScope(authorization, "service", authorization.Service, service);
        if (!authorization.Timestamp.StartsWith(authorization.Date, StringComparison.Ordinal))
        {
            throw new StoreException(
                StoreError.SignatureMismatch,
                $"Invalid credential date \"{authorization.Date}\". "
                + $"This date is not the same as X-Amz-Date: \"{authorization.Timestamp[..8]}\".");
        }

        if (authorization.Expires is { } lifetime)
            CheckLifetime(authorization, lifetime, now);
        else if ((now - authorization.SignedAt).Duration() > MaxSkew)
            throw Skewed(authorization, now);
    }

    /// <summary>
    /// Checks again what <see cref="Check"/> does and that host and every x-amz-… header sent are signed
    /// (<see cref="StoreError.AccessDenied"/> otherwise), and prepares the comparison.
    /// </summary>
    public SigV4Signature Open(SigV4Authorization authorization, in SigV4Request request, string secret, DateTimeOffset now)
    {
        Check(authorization, now);
        RequireSignedHeaders(authorization.SignedHeaders, request.HeaderNames);
        var key = _keys.Get(authorization.AccessKeyId, secret, authorization.Date, authorization.Region, authorization.Service);
        var sent = request;
        return new SigV4Signature(
            authorization,
            CanonicalRequest.Prefix(sent, authorization.SignedHeaders),
            key,
            () => CanonicalRequest.Prefix(sent, authorization.SignedHeaders, pathAsSent: true));
    }

    static void RequireSignedHeaders(string[] signed, IEnumerable<string> sent)
    {
        List<string>? missing = null;
        if (Array.IndexOf(signed, "host") < 0)
            (missing ??= []).Add("host");
        foreach (var name in sent)
        {
            if (name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase) && !IsSigned(signed, name))
                (missing ??= []).Add(name.ToLowerInvariant());
        }

        if (missing is null)
            return;
        throw new StoreException(StoreError.AccessDenied, "There were headers present in the request which were not signed")
        {
            Details = [new("HeadersNotSigned", string.Join(", ", missing))],
        };
    }

    static bool IsSigned(string[] signed, string name)
    {
        foreach (var one in signed)
        {
            if (string.Equals(one, name, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    static void CheckLifetime(SigV4Authorization authorization, TimeSpan lifetime, DateTimeOffset now)
    {
        if (authorization.SignedAt - now > MaxSkew)
        {
            throw new StoreException(StoreError.RequestExpired, "Request is not valid yet")
            {
                Details = [new("X-Amz-Date", authorization.Timestamp), new("ServerTime", Iso(now))],
            };
        }

        var expiry = authorization.SignedAt + lifetime;
        if (now < expiry)
            return;
        throw new StoreException(StoreError.RequestExpired, "Request has expired")
        {
            Details = [new("X-Amz-Expires", $"{lifetime.TotalSeconds:0}"), new("Expires", Iso(expiry)), new("ServerTime", Iso(now))],
        };
    }

    static StoreException Skewed(SigV4Authorization authorization, DateTimeOffset now) => new(
        StoreError.RequestTimeSkewed, "The difference between the request time and the current time is too large.")
    {
        Details =
        [
            new("RequestTime", authorization.Timestamp),
            new("ServerTime", Iso(now)),
            new("MaxAllowedSkewMilliseconds", $"{MaxSkew.TotalMilliseconds:0}"),
        ],
    };

    /// <summary>Clients sign again with the region that the detail names.</summary>
    static StoreException WrongScope(SigV4Authorization authorization, string part, string sent, string expected)
    {
        var message = $"the {part} '{sent}' is wrong; expecting '{expected}'";
        var (error, prefix) = authorization.IsPresigned
            ? (StoreError.AuthorizationQueryMalformed, "Error parsing the X-Amz-Credential parameter; ")
            : (StoreError.AuthorizationHeaderMalformed, "The authorization header is malformed; ");
        return new StoreException(error, prefix + message) { Details = part == "region" ? [new("Region", expected)] : [] };
    }

    static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
}
