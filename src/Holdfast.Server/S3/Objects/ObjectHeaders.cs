using Holdfast.Protocol.Errors;
using Microsoft.Net.Http.Headers;

namespace Holdfast.Server.S3.Objects;

/// <summary>
/// The headers that are stored with an object and come back with it: the five of HTTP content, and user metadata (S3 user guide, "Working
/// with object metadata"). Header text is bytes as Latin-1 characters, so UTF-8 and RFC 2047 values come back as they were sent.
/// </summary>
static class ObjectHeaders
{
    public const string MetaPrefix = "x-amz-meta-";

    const string FramingCoding = "aws-chunked";

    // S3 user guide: names and values of user metadata together, bytes.
    const int MaxMetadataBytes = 2048;

    static readonly string[] Stored =
    [
        "content-type", "cache-control", "content-disposition", "content-encoding", "content-language", "expires",
        "x-amz-website-redirect-location",
    ];

    /// <summary>
    /// What the request says should be stored, names in lower case. Throws MetadataTooLarge, and InvalidArgument for control characters,
    /// with which the object could never be read again.
    /// </summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(S3Call call)
    {
        var kept = new List<KeyValuePair<string, string>>();
        foreach (var name in Stored)
        {
            if (call.Header(name) is { Length: > 0 } value && StoredValue(name, value) is { Length: > 0 } stored)
                kept.Add(new(name, HeaderText.Require(name, stored)));
        }
        var metadataBytes = 0;
        foreach (var name in call.HeaderNames)
        {
            if (!name.StartsWith(MetaPrefix, StringComparison.OrdinalIgnoreCase))
                continue;
            var value = HeaderText.Require(name, call.Header(name)!);
            metadataBytes += name.Length - MetaPrefix.Length + value.Length;
            kept.Add(new(name.ToLowerInvariant(), value));
        }
        if (metadataBytes > MaxMetadataBytes)
        {
            throw new StoreException(
                StoreError.MetadataTooLarge,
                $"Your metadata headers exceed the maximum allowed metadata size: {metadataBytes} of {MaxMetadataBytes} bytes")
            {
                Details = [new("Size", $"{metadataBytes}"), new("MaxSizeAllowed", $"{MaxMetadataBytes}")],
            };
        }
        return kept;
    }

    // S3: aws-chunked names the transfer, not the content, so it is not stored; all else comes back as it was sent.
    static string StoredValue(string name, string value)
    {
        if (name != "content-encoding" || !value.Contains(FramingCoding, StringComparison.OrdinalIgnoreCase))
            return value;
        var codings = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return string.Join(", ", codings.Where(coding => !coding.Equals(FramingCoding, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>
    /// Sends the stored headers, Content-Type always. A value that no header can hold is left out; metadata that is left out is counted in
    /// x-amz-missing-meta (S3 user guide, "Working with object metadata").
    /// </summary>
    public static void Write(IReadOnlyList<KeyValuePair<string, string>> headers, IHeaderDictionary response)
    {
        var (hasType, missing) = (false, 0);
        foreach (var (name, value) in headers)
        {
            if (!HeaderText.CanBeSent(value))
            {
                missing += name.StartsWith(MetaPrefix, StringComparison.Ordinal) ? 1 : 0;
                continue;
            }

            hasType |= name == "content-type";
            response[name] = value; // Append would leave out an empty value, which the client gave all the same
        }
        if (missing > 0)
            response["x-amz-missing-meta"] = $"{missing}";
        if (!hasType)
            response[HeaderNames.ContentType] = "binary/octet-stream";
    }
}
