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

    // S3 user guide: names and values of user metadata together, bytes.
    const int MaxMetadataBytes = 2048;

    static readonly string[] Stored =
    [
        "content-type", "cache-control", "content-disposition", "content-encoding", "content-language", "expires",
        "x-amz-website-redirect-location",
    ];

    /// <summary>What the request says should be stored, names in lower case. Throws MetadataTooLarge.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(S3Call call)
    {
        var kept = new List<KeyValuePair<string, string>>();
        foreach (var name in Stored)
        {
            if (call.Header(name) is { Length: > 0 } value && StoredValue(name, value) is { Length: > 0 } stored)
                kept.Add(new(name, stored));
        }
        var metadataBytes = 0;
        foreach (var (name, _) in call.Http.Request.Headers)
        {
            if (!name.StartsWith(MetaPrefix, StringComparison.OrdinalIgnoreCase))
                continue;
            var value = call.Header(name)!;
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

    // S3: aws-chunked names the transfer, not the content, so it is not stored.
    static string StoredValue(string name, string value) => name != "content-encoding"
        ? value
        : string.Join(',', value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(coding => !coding.Equals("aws-chunked", StringComparison.OrdinalIgnoreCase)));

    /// <summary>Sends the stored headers, Content-Type always.</summary>
    public static void Write(IReadOnlyList<KeyValuePair<string, string>> headers, IHeaderDictionary response)
    {
        var hasType = false;
        foreach (var (name, value) in headers)
        {
            hasType |= name == "content-type";
            response[name] = value; // Append would leave out an empty value, which the client gave all the same
        }
        if (!hasType)
            response[HeaderNames.ContentType] = "binary/octet-stream";
    }
}
