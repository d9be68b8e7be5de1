using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;

namespace Holdfast.Protocol.S3.SigV4;

/// <summary>
/// What a request says about its own signature, by header or by presigned query; nothing in it has been verified yet. Immutable.
/// </summary>
public sealed class SigV4Authorization
{
    public const string Algorithm = "AWS4-HMAC-SHA256";
    public const string Terminal = "aws4_request";

    public required string AccessKeyId { get; init; }

    /// <summary>The day of the scope, yyyyMMdd.</summary>
    public required string Date { get; init; }

    public required string Region { get; init; }

    public required string Service { get; init; }

    /// <summary>Lower-case and sorted.</summary>
    public required string[] SignedHeaders { get; init; }

    /// <summary>As sent: 64 lower-case hexadecimal digits when it can match at all.</summary>
    public required string Signature { get; init; }

    /// <summary>The time of signing as it stands in the string to sign, yyyyMMddTHHmmssZ.</summary>
    public required string Timestamp { get; init; }

    public required DateTimeOffset SignedAt { get; init; }

    /// <summary>How long a presigned request lives; null for one signed by header.</summary>
    public TimeSpan? Expires { get; init; }

    public string? SecurityToken { get; init; }

    public bool IsPresigned => Expires is not null;

    public string Scope => field ??= $"{Date}/{Region}/{Service}/{Terminal}";

    /// <summary>
    /// Finds the SigV4 signature of a request; null when it carries none (anonymous, or Basic and Bearer, which other doors read).
    /// Headers are asked for by lower-case name and answered with the joined value or null. Throws what the parsers throw,
    /// <see cref="StoreError.SignatureVersionUnsupported"/> for version 2 and SigV4A, and <see cref="StoreError.InvalidArgument"/> for
    /// an unknown scheme or for two signatures at once.
    /// </summary>
    public static SigV4Authorization? Find(RequestQuery query, Func<string, string?> header)
    {
        var authorization = header("authorization");
        var presigned = query.Has("X-Amz-Algorithm") || query.Has("X-Amz-Signature");
        if (string.IsNullOrEmpty(authorization))
            return presigned ? SigV4Query.Parse(query) : RefuseVersion2(query);
        if (presigned)
            throw TwoSignatures();
        if (authorization.StartsWith("AWS4-HMAC-SHA256", StringComparison.Ordinal))
            return SigV4Header.Parse(authorization, header);
        if (authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)
            || authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return null;
        throw IsOtherVersion(authorization)
            ? VersionUnsupported()
            : new StoreException(StoreError.InvalidArgument, "Unsupported Authorization Type")
            {
                Details = [new("ArgumentName", "Authorization")],
            };
    }

    // Version 2 is "AWS KEY:SIGNATURE"; SigV4A begins with AWS4-ECDSA.
    static bool IsOtherVersion(string authorization) =>
        authorization.StartsWith("AWS4-", StringComparison.Ordinal)
        || (authorization.StartsWith("AWS ", StringComparison.Ordinal) && authorization.Contains(':'));

    internal static StoreException VersionUnsupported() => new(
        StoreError.SignatureVersionUnsupported,
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.");

    static SigV4Authorization? RefuseVersion2(RequestQuery query) =>
        query.Has("AWSAccessKeyId") && query.Has("Signature") ? throw VersionUnsupported() : null;

    static StoreException TwoSignatures() => new(
        StoreError.InvalidArgument,
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization "
        + "header should be specified");
}
