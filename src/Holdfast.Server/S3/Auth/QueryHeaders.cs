using System.Collections.Frozen;
using System.Text;
using Holdfast.Protocol.Http;

namespace Holdfast.Server.S3.Auth;

/// <summary>
/// The <c>x-amz-…</c> headers that a presigned URL carries as parameters of its query, where several SDKs move them when they sign: they
/// count as headers (S3 user guide, "Authenticating Requests: Using Query Parameters"). Not those of the signature and of the body's
/// framing; and no checksum, which SDKs take of an empty body when they presign (specs: s3, rule 5).
/// </summary>
static class QueryHeaders
{
    const string Prefix = "x-amz-";
    const string ChecksumPrefix = "x-amz-checksum-";

    static readonly FrozenSet<string> NoHeaders = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-signedheaders", "x-amz-signature",
        "x-amz-security-token", "x-amz-content-sha256", "x-amz-decoded-content-length", "x-amz-trailer", "x-amz-sdk-checksum-algorithm");

    static readonly FrozenSet<string> NoValues = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "x-amz-checksum-algorithm", "x-amz-checksum-type", "x-amz-checksum-mode");

    /// <summary>Names without regard to case; values as header text is here, a character for each byte. Null when there is none.</summary>
    public static IReadOnlyDictionary<string, string>? Of(RequestQuery query)
    {
        Dictionary<string, string>? found = null;
        foreach (var (name, value) in query.Parameters)
        {
            if (IsHeader(name))
                (found ??= new(StringComparer.OrdinalIgnoreCase)).TryAdd(name, Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(value)));
        }
        return found;
    }

    /// <summary>Whether a signed query has that one, before the signature is looked at.</summary>
    public static bool Has(RequestQuery query, string header)
    {
        foreach (var (name, _) in query.Parameters)
        {
            if (name.Equals(header, StringComparison.OrdinalIgnoreCase))
                return query.Has("X-Amz-Signature") || query.Has("Signature");
        }
        return false;
    }

    static bool IsHeader(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || NoHeaders.Contains(name))
            return false;
        return !name.StartsWith(ChecksumPrefix, StringComparison.OrdinalIgnoreCase) || NoValues.Contains(name);
    }
}
