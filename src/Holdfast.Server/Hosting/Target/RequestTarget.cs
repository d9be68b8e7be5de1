using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Http;

namespace Holdfast.Server.Hosting.Target;

/// <summary>
/// What a request is aimed at, parsed once from the raw target and the Host header (docs/decisions/0002-raw-target.md). Routing,
/// signatures, policy and handlers read this and never <c>Request.Path</c>. Kept as a request feature. Immutable.
/// </summary>
public sealed class RequestTarget
{
    /// <summary>What a target is before it could be parsed.</summary>
    public static readonly RequestTarget Unknown = new() { Door = Door.None, RawPath = "/", Route = "/none" };

    RequestQuery? _query;

    public required Door Door { get; init; }

    /// <summary>The prefix the door was reached under, which answers keep: <c>""</c> or <c>/s3</c>.</summary>
    public string Mount { get; init; } = "";

    /// <summary>
    /// The path as sent, percent-encoding and mount included, without the query. Begins with a slash. Signatures cover it.
    /// </summary>
    public required string RawPath { get; init; }

    /// <summary>The query as sent, without the question mark.</summary>
    public string RawQuery { get; init; } = "";

    /// <summary>S3: the bucket's name, percent-decoded but not validated; null when the target is the service.</summary>
    public string? Bucket { get; init; }

    /// <summary>
    /// S3: the key as sent, percent-encoded, with every slash and dot segment; null when the target is the service or a bucket.
    /// </summary>
    public string? RawKey { get; init; }

    /// <summary>S3: the bucket stands in the host's name.</summary>
    public bool VirtualHost { get; init; }

    /// <summary>OCI: the repository's name, decoded but not validated; null when the path names none.</summary>
    public string? Repository { get; init; }

    /// <summary>OCI: the digest, tag or upload id, decoded but not validated; null when the path has none.</summary>
    public string? Reference { get; init; }

    /// <summary>
    /// Other doors: the whole path, percent-decoded, without dot segments, empty segments and encoded slashes. S3: empty.
    /// </summary>
    public string Path { get; init; } = "";

    /// <summary>The path that endpoint routing sees in place of the client's.</summary>
    public required string Route { get; init; }

    /// <summary>
    /// Why the target cannot be served; the door is known all the same, so that it is said in its dialect. Null: all is well.
    /// </summary>
    public StoreException? Refusal { get; init; }

    /// <summary>The query's names and values, decoded, in the order sent; parsed at the first use.</summary>
    public RequestQuery Query => _query ??= RequestQuery.Parse(RawQuery);

    /// <summary>The target of this request; <see cref="Unknown"/> when it could not be parsed.</summary>
    public static RequestTarget Of(HttpContext context) => context.Features.Get<RequestTarget>() ?? Unknown;
}
